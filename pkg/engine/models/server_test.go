package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// server answers each request with the next handler of its script; the last one answers all
// further requests.
type server struct {
	*httptest.Server
	script []http.HandlerFunc

	mu   sync.Mutex
	seen []*http.Request
}

func serve(t *testing.T, script ...http.HandlerFunc) *server {
	s := &server{script: script}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, r)
		n := min(len(s.seen), len(s.script)) - 1
		s.mu.Unlock()
		s.script[n](w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// content returns a model of size bytes, which differ from seed to seed.
func content(seed byte, size int) []byte {
	data := make([]byte, size)
	state := uint32(seed)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = byte(state >> 24)
	}
	copy(data, "lmgg")
	return data
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// whole serves data like a good server, with ranges and conditions.
func whole(data []byte, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// cut serves n bytes of what was requested, promises the rest, and hangs up.
func cut(data []byte, etag string, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		some(w, r, data, etag, n)
		panic(http.ErrAbortHandler)
	}
}

// stall serves n bytes of what was requested, promises the rest, and then sends nothing.
func stall(data []byte, etag string, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		some(w, r, data, etag, n)
		<-r.Context().Done()
	}
}

func some(w http.ResponseWriter, r *http.Request, data []byte, etag string, n int) {
	if etag != "" {
		w.Header().Set("ETag", etag)
	}
	start := asked(r)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)-start))
	if start > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, len(data)-1, len(data)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(data[start:min(start+n, len(data))])
	_ = http.NewResponseController(w).Flush()
}

// asked returns where the requested range begins.
func asked(r *http.Request) int {
	start, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(r.Header.Get("Range"), "bytes="), "-"))
	return start
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// silence never answers.
func silence(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// chunked serves data without giving its length.
func chunked(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush()
		_, _ = w.Write(data)
	}
}

// untilClosed serves data as in HTTP/1.0: it ends with the connection.
func untilClosed(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = buf.WriteString("HTTP/1.0 200 OK\r\n\r\n")
		_, _ = buf.Write(data)
		_ = buf.Flush()
	}
}

// answer serves data with the given headers, whatever was requested.
func answer(code int, data []byte, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write(data)
	}
}

// promise announces n bytes, sends data and hangs up.
func promise(n int, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer(http.StatusOK, data, "Content-Length", strconv.Itoa(n))(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

const name = "some.en"

// newStore returns an empty store with one model, whose content is data; if pinned, its hash
// and size are in the catalogue.
func newStore(t *testing.T, url string, data []byte, pinned bool) Store {
	m := Model{Name: name, File: "ggml-some.en.bin", URL: "https://models.example/repository/ggml-some.en.bin"}
	if pinned {
		m.SHA256, m.Bytes = sum(data), int64(len(data))
	}
	return Store{
		Dir: filepath.Join(t.TempDir(), "models"), BaseURL: url, Models: []Model{m},
		Delay: time.Nanosecond, Tries: 3,
		free: func(string) (uint64, error) { return 1 << 40, nil },
	}
}

func (s Store) file() string { return filepath.Join(s.Dir, s.Models[0].File) }

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
