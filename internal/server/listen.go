package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"voiceflow/internal/server/endpoint"
)

// Listen listens on an address: unix:PATH or HOST:PORT.
func Listen(address string) (net.Listener, error) {
	path, isUnix := strings.CutPrefix(address, "unix:")
	if !isUnix {
		return net.Listen("tcp", address)
	}
	if err := prepareFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := clearStale(path); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil { // its folder has kept others out until now
		l.Close()
		return nil, err
	}
	return OwnOnly(l), nil
}

// prepareFolder makes a folder for the socket that only its owner can enter.
func prepareFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", folder)
	case known && int(owner.Uid) != os.Getuid():
		return fmt.Errorf("%s belongs to another user; choose a folder of your own for the socket", folder)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s may be entered by others; run chmod 700 %s, or choose another folder for the socket",
			folder, folder)
	}
	return nil
}

// clearStale removes a socket that a server left behind. It is an error if one still
// listens there, or if the file is something else.
func clearStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s exists and is not a socket; remove it, or choose another path", path)
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		c.Close()
		return fmt.Errorf("%s: a server is listening there already", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}

// OwnOnly returns a listener for Unix sockets that accepts only connections of processes
// of this user and of root. It leaves other listeners as they are.
func OwnOnly(l net.Listener) net.Listener {
	if _, isUnix := l.Addr().(*net.UnixAddr); !isUnix {
		return l
	}
	return ownOnly{l}
}

type ownOnly struct{ net.Listener }

// Accept closes the connections of other users.
func (l ownOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if endpoint.IsOwnPeer(c) {
			return c, nil
		}
		c.Close()
	}
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
		Handler: s, ConnContext: withConnection,
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
