// Package dashboard serves a page that shows what the programs are doing, with
// charts over hours and days, updated live from the programs' logs. It makes no
// requests to other machines.
//
//	server := dashboard.New(dashboard.Options{Logs: folder, Since: since, Limits: metrics.DefaultLimits()})
//	err := server.Serve(ctx, listener)
package dashboard

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/service"
)

// Options configures a Server.
type Options struct {
	Logs   string    // folder of the programs' logs
	Since  time.Time // ignore older lines
	Limits metrics.Limits
	// Server returns the state of a transcription server, nil if there is none. It may be
	// nil.
	Server func() *service.Reading
	Checks string // history of vf-health check, one JSON line per check; may be missing
	// Alive reports whether a process is running; nil if that cannot be determined,
	// as for logs of another machine.
	Alive func(program string, pid int) bool
	Now   func() time.Time // nil: time.Now
}

// maxClients is how many pages can be open at the same time.
const maxClients = 16

// Server shows the logs of a folder.
type Server struct {
	hub     *hub
	clients chan struct{} // one per open page
	ending  <-chan struct{}
}

// New returns a Server. It reads nothing before Serve is called.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Server{hub: newHub(o), clients: make(chan struct{}, maxClients)}
}

// Serve reads the logs and serves requests until ctx ends. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.ending = ctx.Done()
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.hub.run(ctx)
	}()
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		grace, stop := context.WithTimeout(context.Background(), 2*time.Second)
		defer stop()
		if err = server.Shutdown(grace); err != nil {
			err = server.Close()
		}
	}
	cancel()
	<-read
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("dashboard: %w", err)
	}
	return nil
}

//go:embed page
var page embed.FS

func (s *Server) handler() http.Handler {
	files, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", http.FileServerFS(files))
	for _, name := range []string{"style.css", "chart.js", "page.js"} {
		mux.Handle("GET /"+name, http.FileServerFS(files))
	}
	mux.HandleFunc("GET /data", s.data)
	mux.HandleFunc("GET /events", s.events)
	return guard(mux)
}

// policy allows the page to load only its embedded files.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guard serves only requests addressed to an IP address or this machine's own name.
// This keeps out pages of other sites whose name resolves to this machine (DNS
// rebinding).
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if !ownHost(r.Host) {
			const message = "open the dashboard by localhost, an IP address or this machine's name"
			http.Error(w, message, http.StatusMisdirectedRequest)
			return
		}
		// Keep other sites' pages from using up the connections.
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
			http.Error(w, "the dashboard does not serve requests from other sites", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func ownHost(hostPort string) bool {
	host := hostPort
	if h, _, err := net.SplitHostPort(hostPort); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil {
		return true
	}
	own, err := os.Hostname()
	return err == nil && own != "" && host == strings.ToLower(own)
}

// data answers once with what the page shows, for scripts.
func (s *Server) data(w http.ResponseWriter, r *http.Request) {
	data, err := s.hub.data(r.URL.Query().Get("range"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(append(data, '\n'))
}
