package endpoint

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadToken(t *testing.T) {
	for content, want := range map[string]string{"secret\n": "secret", " secret ": "secret", "": "", "\n": "", "two words": ""} {
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadToken(file); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", content, got, err)
		}
	}
	if got, err := ReadToken(""); got != "" || err != nil {
		t.Errorf("no file: %q, %v", got, err)
	}
	if _, err := ReadToken(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file is accepted")
	}
}

// A relative runtime folder would make clients trust a socket in the current folder.
func TestOwnRelative(t *testing.T) {
	t.Setenv("TMPDIR", "/tmp")
	for _, folder := range []string{"", ".", "run", "./x"} {
		t.Setenv("XDG_RUNTIME_DIR", folder)
		if got := Own(); !strings.HasPrefix(got, "unix:/tmp/voiceflow-") {
			t.Errorf("XDG_RUNTIME_DIR=%s: %s", folder, got)
		}
	}
}

// TestClient reaches the same server by each kind of address.
func TestClient(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.URL.Path)) // a client that is gone
	}))
	server.Start()
	defer server.Close()
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(folder, "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() { _ = http.Serve(listener, server.Config.Handler) }() // until the listener is closed
	for _, address := range []string{
		"unix:" + socket, strings.TrimPrefix(server.URL, "http://"), server.URL, server.URL + "/",
	} {
		client, base := Client(address)
		answer, err := client.Get(base + "/health")
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		client.CloseIdleConnections()
		if err != nil || string(body) != "/health" {
			t.Errorf("%s: %q, %v", address, body, err)
		}
	}
}
