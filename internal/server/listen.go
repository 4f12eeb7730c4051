package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"voiceflow/internal/ownsocket"
)

// Listen listens on an address: unix:PATH or HOST:PORT.
func Listen(address string) (net.Listener, error) {
	path, isUnix := strings.CutPrefix(address, "unix:")
	if !isUnix {
		return net.Listen("tcp", address)
	}
	return ownsocket.Listen(path)
}

// Limits of connections.
const (
	headerTimeout = 10 * time.Second // to send the header of a request
	idleTimeout   = 2 * time.Minute  // between requests
	maxHeader     = 32 << 10         // bytes
)

// Serve serves connections until ctx ends. It then waits for the requests under way, and
// ends them when hurry ends.
func (s *Server) Serve(ctx, hurry context.Context, l net.Listener, config *tls.Config) error {
	if config != nil {
		l = tls.NewListener(l, config)
	}
	h := &http.Server{
		Handler: s, ConnContext: s.withConnection,
		ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return hurry },
		ErrorLog:    log.New(s.config().Log, "", 0),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		s.Stop()
		err := h.Shutdown(hurry)
		if err != nil {
			_ = h.Close() // Shutdown's error matters more
		}
		stopped <- err
	}()
	err := h.Serve(l)
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// IsLoopback reports whether only this machine can reach an address.
func IsLoopback(address string) bool {
	if strings.HasPrefix(address, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
