// Package dashboard shows in a browser what the programs do: a page that draws
// charts over hours and days, fed live with what the programs' logs say. It
// asks nothing of any other machine.
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
)

// Options of a Server.
type Options struct {
	Logs   string    // folder of the programs' logs
	Since  time.Time // what is older is not read
	Limits metrics.Limits
	Checks string // file with the history of vf-health check, a JSON line each; need not be there
	// Alive tells whether a process runs; nil where that cannot be known, as
	// with the logs of another machine.
	Alive func(program string, pid int) bool
	Now   func() time.Time // nil: time.Now
}

// maxClients is how many pages are fed at once.
const maxClients = 16

// Server shows the logs of a folder.
type Server struct {
	hub     *hub
	clients chan struct{} // one for each page that is fed
	ending  <-chan struct{}
}

// New makes a Server, which reads nothing before Serve.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Server{hub: newHub(o), clients: make(chan struct{}, maxClients)}
}

// Serve reads the logs and answers until ctx ends. It closes the listener.
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
		panic(err) // embedded, so it is there
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

// policy lets the page load what is embedded here, and nothing else from
// nowhere else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guard answers only those who called the server by an address or its own name:
// a page of another site that has its name point to this machine (DNS
// rebinding) is refused.
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
			http.Error(w, "the dashboard answers to localhost, an IP address, or this machine's name", http.StatusMisdirectedRequest)
			return
		}
		// Nor may another site's page keep connections from those of the user.
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
			http.Error(w, "the dashboard is not for other pages", http.StatusForbidden)
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

// data is what the page shows, once, for scripts.
func (s *Server) data(w http.ResponseWriter, r *http.Request) {
	data, err := s.hub.data(r.URL.Query().Get("range"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(append(data, '\n'))
}
