// Package ownsocket provides Unix sockets that only processes of one user can use: the
// folder, the file and the process at the other end are checked.
package ownsocket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"voiceflow/internal/openfile"
)

// errNoOwner: the system does not report who is at the other end of a Unix socket.
var errNoOwner = fmt.Errorf("a socket that only one user can use is not available on %s: %w; use HOST:PORT",
	runtime.GOOS, errors.ErrUnsupported)

// Listen listens on a socket in a folder that only this user can enter, which it makes if
// necessary. It takes over the socket of a process that has ended.
func Listen(path string) (net.Listener, error) {
	if !knowsPeers {
		return nil, errNoOwner
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

// Dial connects to a socket, which must belong to this user or to root: others must not hear
// what is said. what names the process at the other end in errors.
func Dial(ctx context.Context, d *net.Dialer, path, what string) (net.Conn, error) {
	if !knowsPeers {
		return nil, errNoOwner
	}
	conn, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if !isOwnPeer(conn) {
		conn.Close()
		return nil, fmt.Errorf("the %s at %s belongs to another user", what, path)
	}
	return conn, nil
}

// prepareFolder makes a folder for the socket that only its owner can enter.
func prepareFolder(folder string) error {
	folder, err := openfile.Resolve(folder)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	owner, known := openfile.Owner(info)
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", folder)
	case known && owner != os.Getuid():
		return fmt.Errorf("%s belongs to another user; choose a folder of your own for the socket", folder)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s may be entered by others; run chmod 700 %s, or choose another folder for the socket",
			folder, folder)
	}
	return nil
}

// clearStale removes a socket that a process left behind. It is an error if one still
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
		return fmt.Errorf("%s: a process is listening there already", path)
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

// File returns a copy of the socket, for another process.
func (l ownOnly) File() (*os.File, error) { return l.Listener.(*net.UnixListener).File() }

// Accept closes the connections of other users.
func (l ownOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if isOwnPeer(c) {
			return c, nil
		}
		c.Close()
	}
}
