//go:build linux || darwin || freebsd

package ownsocket

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestListen: the socket is its owner's alone, a stale one is replaced, and one in
// use is not.
func TestListen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own", "s.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	if _, err := Listen(path); err == nil || !strings.Contains(err.Error(), "listening there already") {
		t.Errorf("a second listener: %v", err)
	}
	l.(ownOnly).Listener.(*net.UnixListener).SetUnlinkOnClose(false) // as after a crash
	l.Close()
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the stale socket is missing: %v", err)
	}
	l, err = Listen(path)
	if err != nil {
		t.Fatalf("after a crash: %v", err)
	}
	defer l.Close()
	accepted := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			c.Close()
		}
		accepted <- err
	}()
	c, err := Dial(t.Context(), &net.Dialer{}, path, "test")
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if err := <-accepted; err != nil {
		t.Errorf("this user's own process: %v", err)
	}
}

func TestListenRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(filepath.Join(dir, "s.sock")); err == nil || !strings.Contains(err.Error(), "may be entered by others") {
		t.Errorf("a folder that others may enter: %v", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "s.sock")
	if err := os.WriteFile(file, []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(file); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("a file: %v", err)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != "a file" {
		t.Errorf("the file is gone: %q, %v", data, err)
	}
}
