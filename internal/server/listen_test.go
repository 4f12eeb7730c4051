package server

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestListenSocket: the socket is its owner's alone, a stale one is replaced, and one in
// use is not.
func TestListenSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own", "s.sock")
	l, err := Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	if _, err := Listen("unix:" + path); err == nil || !strings.Contains(err.Error(), "listening there already") {
		t.Errorf("a second server: %v", err)
	}
	l.(ownOnly).Listener.(*net.UnixListener).SetUnlinkOnClose(false) // as after a crash
	l.Close()
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the stale socket is missing: %v", err)
	}
	l, err = Listen("unix:" + path)
	if err != nil {
		t.Fatalf("after a crash: %v", err)
	}
	served := make(chan error, 1)
	go func() { served <- http.Serve(l, http.NotFoundHandler()) }()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	l.Close()
	<-served
}

func TestListenRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + filepath.Join(dir, "s.sock")); err == nil || !strings.Contains(err.Error(), "may be entered by others") {
		t.Errorf("a folder that others may enter: %v", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "s.sock")
	if err := os.WriteFile(file, []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + file); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("a file: %v", err)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != "a file" {
		t.Errorf("the file is gone: %q, %v", data, err)
	}
}

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"unix:/run/x": true, "127.0.0.1:80": true, "[::1]:80": true, "localhost:80": true,
		"0.0.0.0:80": false, ":80": false, "192.0.2.1:80": false, "[::]:80": false, "example.org:80": false, "x": false,
	} {
		if IsLoopback(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}
