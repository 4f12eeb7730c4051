package service

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// serve answers /health and /metrics like a server, with what is given, to clients that
// know the secret.
func serve(t *testing.T, code int, health, metrics string) (address string) {
	t.Helper()
	mux := http.NewServeMux()
	for path, body := range map[string]string{"/health": health, "/metrics": metrics} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer secret" {
				code = http.StatusUnauthorized
			}
			w.WriteHeader(code)
			_, _ = w.Write([]byte(body)) // a client that is gone
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

const figures = `# TYPE voiceflow_server_decodings_total counter
voiceflow_server_decodings_total{model="a"} 2
voiceflow_server_decodings_total{model="b"} 3
# TYPE voiceflow_server_errors_total counter
voiceflow_server_errors_total 1
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 3145728
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1764460800
# TYPE voiceflow_server_model_info gauge
voiceflow_server_model_info{model="a",device="CPU, OpenBLAS"} 1
`

func TestRead(t *testing.T) {
	const ready = `{"status":"ready","models":["a","b"],"waiting":1}`
	for _, tt := range []struct {
		name, health, metrics string
		code                  int
		token                 string
		want                  Reading // without its address
		fails                 string
	}{
		{"ready", ready, figures, 200, "secret", Reading{
			Status: "ready", Models: []string{"a", "b"}, Waiting: 1, Decodings: 5, Errors: 1, MemoryMB: 3,
			Device: "CPU, OpenBLAS", Started: time.Unix(1764460800, 0),
		}, ""},
		{"stopping", `{"status":"stopping","models":["a"]}`, "", 503, "secret",
			Reading{Status: "stopping", Models: []string{"a"}}, ""},
		{"wrong secret", ready, figures, 200, "", Reading{}, "--server-token"},
		{"another server", "<html>", figures, 200, "secret", Reading{}, "invalid character"},
		{"no figures", ready, "a b c d", 200, "secret", Reading{}, "text format"},
		{"error", ready, figures, 500, "secret", Reading{}, "500 Internal Server Error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address := serve(t, tt.code, tt.health, tt.metrics)
			got := *Read(t.Context(), address, tt.token)
			if tt.fails != "" {
				if got.Err == nil || !strings.Contains(got.Err.Error(), tt.fails) || !strings.Contains(got.Err.Error(), address) {
					t.Errorf("%v, want %q with the address", got.Err, tt.fails)
				}
				return
			}
			tt.want.Address = address
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestReadNobody(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	if r := Read(t.Context(), address, ""); r.Err == nil || r.Status != "" {
		t.Errorf("%+v", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := Read(ctx, address, ""); !errors.Is(r.Err, context.Canceled) {
		t.Errorf("%v, want %v", r.Err, context.Canceled)
	}
}

func TestResolve(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", folder)
	if got := Resolve(Auto); got != "" {
		t.Errorf("auto without a socket: %q", got)
	}
	socket := filepath.Join(folder, "voiceflow/transcribe.sock")
	if err := os.MkdirAll(filepath.Dir(socket), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(socket, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{Auto: "unix:" + socket, None: "", "host:1": "host:1", "": ""} {
		if got := Resolve(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestWatch(t *testing.T) {
	if w := Watch(t.Context(), "", ""); w.Latest() != nil {
		t.Error("a reading of nothing")
	}
	w := Watch(t.Context(), serve(t, 200, `{"status":"ready"}`, figures), "secret")
	await.True(t, "a reading", func() bool { return w.Latest() != nil })
	if r := w.Latest(); r.Err != nil || r.Status != "ready" {
		t.Errorf("%+v", r)
	}
}
