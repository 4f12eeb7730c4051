package models

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

const v1, v2 = `"v1"`, `"v2"`

// TestPull: whatever the server does, the installed file is the model.
func TestPull(t *testing.T) {
	data, other := content(1, 300_000), content(2, 300_000)
	page := []byte("<html>upset</html>")
	for _, tt := range []struct {
		name     string
		script   []http.HandlerFunc
		unpinned bool
		ranges   string // that the requests ask for
		want     []byte // nil: data
	}{
		{"good", []http.HandlerFunc{whole(data, v1)}, false, "", nil},
		{"good, not pinned", []http.HandlerFunc{whole(data, v1)}, true, "", nil},
		{"hangs up at once", []http.HandlerFunc{hangUp, whole(data, v1)}, false, ",", nil},
		{"breaks off before the first byte", []http.HandlerFunc{cut(data, v1, 0), whole(data, v1)}, false, ",", nil},
		{"breaks off after one byte", []http.HandlerFunc{cut(data, v1, 1), whole(data, v1)}, false, ",bytes=1-", nil},
		{"breaks off before the last byte", []http.HandlerFunc{cut(data, v1, 299_999), whole(data, v1)}, true, ",bytes=299999-", nil},
		{"breaks off twice", []http.HandlerFunc{cut(data, v1, 100), cut(data, v1, 1000), whole(data, v1)}, true, ",bytes=100-,bytes=1100-", nil},
		{"sends less than is asked for", []http.HandlerFunc{cut(data, v1, 100),
			answer(206, data[100:200], "ETag", v1, "Content-Range", "bytes 100-199/300000"), whole(data, v1)}, true, ",bytes=100-,bytes=200-", nil},
		{"ignores ranges", []http.HandlerFunc{cut(data, v1, 100), answer(200, data)}, false, ",bytes=100-", nil},
		{"sends no ETag", []http.HandlerFunc{cut(data, "", 100), whole(data, "")}, false, ",bytes=100-", nil},
		{"sends no ETag, not pinned", []http.HandlerFunc{cut(data, "", 100), whole(data, "")}, true, ",", nil},
		{"sends a weak ETag, not pinned", []http.HandlerFunc{cut(data, `W/"1"`, 100), whole(data, `W/"1"`)}, true, ",", nil},
		{"changes the file", []http.HandlerFunc{cut(data, v1, 100), whole(other, v2)}, true, ",bytes=100-", other},
		{"changes the file and ignores conditions", []http.HandlerFunc{cut(data, v1, 100),
			answer(206, other[100:], "ETag", v2, "Content-Range", "bytes 100-299999/300000"), whole(other, v2)}, true, ",bytes=100-,", other},
		{"changes the length and sends no ETag", []http.HandlerFunc{cut(data, v1, 100),
			answer(206, other[100:], "Content-Range", "bytes 100-299999/300001"), whole(other, v2)}, true, ",bytes=100-,", other},
		{"sends another range", []http.HandlerFunc{cut(data, v1, 100),
			answer(206, data[50:], "ETag", v1, "Content-Range", "bytes 50-299999/300000"), whole(data, v1)}, false, ",bytes=100-,", nil},
		{"sends no range", []http.HandlerFunc{cut(data, v1, 100),
			answer(206, data[100:], "ETag", v1), whole(data, v1)}, true, ",bytes=100-,", nil},
		{"has less now", []http.HandlerFunc{cut(data, v1, 100), whole(content(3, 50), v1), whole(data, v1)}, false, ",bytes=100-,", nil},
		{"fails twice", []http.HandlerFunc{answer(500, page), answer(429, page), whole(data, v1)}, false, ",,", nil},
		{"fails in the middle", []http.HandlerFunc{cut(data, v1, 100), answer(503, page), whole(data, v1)}, true, ",bytes=100-,bytes=100-", nil},
		{"answers nothing", []http.HandlerFunc{silence, whole(data, v1)}, false, ",", nil},
		{"stalls at once", []http.HandlerFunc{stall(data, v1, 0), whole(data, v1)}, false, ",", nil},
		{"stalls in the middle", []http.HandlerFunc{stall(data, v1, 1000), whole(data, v1)}, true, ",bytes=1000-", nil},
		{"sends no length", []http.HandlerFunc{chunked(data)}, true, "", nil},
		{"sends no length, pinned", []http.HandlerFunc{untilClosed(data)}, false, "", nil},
		{"redirects", []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, whole(data, v1)}, false, ",", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.script...)
			s := newStore(t, srv.URL+"/mirror", data, !tt.unpinned)
			if strings.HasPrefix(tt.name, "stalls") || tt.name == "answers nothing" {
				s.Stall = 500 * time.Millisecond // short, but no less than a slow machine needs
			}
			path, err := s.Pull(t.Context(), name, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == nil {
				want = data
			}
			installed(t, s, path, want)
			var ranges []string
			for _, r := range srv.requests() {
				ranges = append(ranges, r.Header.Get("Range"))
			}
			if got := strings.Join(ranges, ","); got != tt.ranges {
				t.Errorf("requested %q, want %q", got, tt.ranges)
			}
			if first := srv.requests()[0]; first.URL.Path != "/mirror/ggml-some.en.bin" {
				t.Errorf("asked for %s", first.URL)
			}
		})
	}
}

// installed checks a store that should contain only want.
func installed(t *testing.T, s Store, path string, want []byte) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) || path != s.file() {
		t.Errorf("%s has %d bytes, correct: %v; %v", path, len(got), bytes.Equal(got, want), err)
	}
	if err := s.Verify(name); err != nil {
		t.Error(err)
	}
	if exists(path+".part") || exists(path+".part.json") {
		t.Error("a part is left next to the file")
	}
	record, err := os.ReadFile(path + ".sha256")
	switch pinned := s.Models[0].SHA256 != ""; {
	case pinned && err == nil:
		t.Error("a pinned model's hash is recorded")
	case !pinned && string(record) != sum(want)+"  ggml-some.en.bin\n":
		t.Errorf("recorded: %q, %v", record, err)
	}
}

// TestPullFails: nothing wrong is installed, and the error says what to do.
func TestPullFails(t *testing.T) {
	data, other := content(1, 300_000), content(2, 300_000)
	const kept, gone = true, false
	for _, tt := range []struct {
		name     string
		script   []http.HandlerFunc
		unpinned bool
		requests int
		part     bool // exists afterwards
		wrong    bool // the error is ErrWrongBytes
		want     []string
	}{
		{"wrong bytes", []http.HandlerFunc{whole(other, v1)}, false, 1, gone, true, []string{sum(data), sum(other), "pull it again"}},
		{"another version's rest", []http.HandlerFunc{cut(data, "", 100), whole(other, "")}, false, 2, gone, true, []string{sum(data), "pull it again"}},
		{"too long", []http.HandlerFunc{whole(append(data, 0), v1)}, false, 1, gone, true, []string{"300001", "300000", "VOICEFLOW_MODEL_URL"}},
		{"too short", []http.HandlerFunc{whole(data[1:], v1)}, false, 1, gone, true, []string{"299999"}},
		{"too short in the middle", []http.HandlerFunc{cut(data, v1, 100), whole(data[1:], v2)}, false, 2, kept, true, []string{"299999"}},
		{"promises too much", []http.HandlerFunc{promise(300_010, data)}, false, 1, gone, true, []string{"300010"}},
		{"promises too much, not pinned", []http.HandlerFunc{promise(300_010, data)}, true, 3, kept, false, []string{"lost after 300000 bytes", "3 tries"}},
		{"promises too little", []http.HandlerFunc{promise(299_000, data)}, false, 1, gone, true, []string{"299000"}},
		{"more than expected", []http.HandlerFunc{chunked(append(data, 0))}, false, 1, gone, true, []string{"more than the 300000 bytes"}},
		{"unknown length", []http.HandlerFunc{untilClosed(data)}, true, 1, gone, false, []string{"how long"}},
		{"a page", []http.HandlerFunc{answer(200, []byte("<html>log in</html>"))}, true, 1, gone, true, []string{"ggml", "/ggml-some.en.bin"}},
		{"hangs up", []http.HandlerFunc{hangUp}, true, 3, gone, false, []string{"127.0.0.1", "EOF", "3 tries", "models pull some.en"}},
		{"fails", []http.HandlerFunc{answer(502, nil)}, true, 3, gone, false, []string{"502 Bad Gateway", "3 tries"}},
		{"stalls", []http.HandlerFunc{stall(data, v1, 0)}, true, 3, gone, false, []string{"sent nothing for 100ms"}},
		{"ignores ranges and breaks off", []http.HandlerFunc{promise(300_000, data[:1000])}, false, 3, kept, false, []string{"after 1000 bytes"}},
		{"unauthorised", []http.HandlerFunc{answer(401, nil)}, false, 1, gone, false, []string{"401 Unauthorized", "VOICEFLOW_MODEL_TOKEN"}},
		{"forbidden", []http.HandlerFunc{answer(403, nil)}, false, 1, gone, false, []string{"403 Forbidden", "VOICEFLOW_MODEL_TOKEN"}},
		{"not found", []http.HandlerFunc{answer(404, nil)}, false, 1, gone, false, []string{"404 Not Found", "correct VOICEFLOW_MODEL_URL", "https://models.example/repository"}},
		{"no tea", []http.HandlerFunc{answer(418, nil)}, false, 1, gone, false, []string{"418", "by other means"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.script...)
			s := newStore(t, srv.URL, data, !tt.unpinned)
			if tt.name == "stalls" {
				s.Stall = 100 * time.Millisecond
			}
			path, err := s.Pull(t.Context(), name, nil)
			if err == nil || path != "" || errors.Is(err, ErrWrongBytes) != tt.wrong {
				t.Fatalf("%q, %v", path, err)
			}
			for _, want := range append(tt.want, "model some.en: ") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if n := len(srv.requests()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			if exists(s.file()) || exists(s.file()+".sha256") {
				t.Error("something is installed")
			}
			if got := exists(s.file() + ".part"); got != tt.part || exists(s.file()+".part.json") != tt.part {
				t.Errorf("a part is left: %v, want %v", got, tt.part)
			}
		})
	}
}

// TestPullProgress: a connection that breaks often, but makes progress each time, delivers the
// whole file without any waiting.
func TestPullProgress(t *testing.T) {
	data := content(1, 6*minProgress)
	srv := serve(t, cut(data, v1, minProgress))
	s := newStore(t, srv.URL, data, true)
	s.Delay, s.Tries = time.Hour, 1
	var last, calls int64
	path, err := s.Pull(t.Context(), name, func(done, total int64) {
		calls++
		if done < last || total != int64(len(data)) {
			t.Errorf("%d of %d bytes after %d", done, total, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	installed(t, s, path, data)
	if last != int64(len(data)) || calls < 6 {
		t.Errorf("%d bytes in %d calls", last, calls)
	}
}

// TestPullBounded: starting over is not progress.
func TestPullBounded(t *testing.T) {
	data := content(1, 3*minProgress)
	srv := serve(t, promise(len(data), data[:2*minProgress]))
	s := newStore(t, srv.URL, data, true)
	if _, err := s.Pull(t.Context(), name, nil); err == nil || len(srv.requests()) != 1+s.Tries {
		t.Errorf("%d requests, %v", len(srv.requests()), err)
	}
}

func TestPullCancelled(t *testing.T) {
	data := content(1, 300_000)
	for _, tt := range []struct {
		name   string
		script http.HandlerFunc
	}{
		{"before the answer", silence},
		{"in the middle", stall(data, v1, 1000)},
		{"while it waits", answer(500, nil)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
				time.AfterFunc(20*time.Millisecond, cancel)
				tt.script(w, r)
			})
			s := newStore(t, srv.URL, data, true)
			s.Delay = time.Hour
			if _, err := s.Pull(ctx, name, nil); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestPullWithoutRoom(t *testing.T) {
	data := content(1, 300_000)
	srv := serve(t, cut(data, v1, 100_000))
	s := newStore(t, srv.URL, data, true)
	for free, want := range map[uint64]string{210_000: "was lost", 209_999: "make room"} {
		s.free = func(string) (uint64, error) { return free, nil }
		write(t, s.file()+".part", data[:100_000])
		write(t, s.file()+".part.json", []byte(`{"url":"`+srv.URL+`/ggml-some.en.bin","etag":"\"v1\""}`))
		s.Tries = 1
		if _, err := s.Pull(t.Context(), name, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes free: %v", free, err)
		}
	}
}

func TestUnfinished(t *testing.T) {
	for file, want := range map[string]bool{
		"ggml-base.en.bin.part": true, "ggml-base.en.bin.part.json": true, "ggml-base.en.bin": false, "ggml-base.en.bin.json": false,
		"ggml-.bin.part": false, "other.bin.part": false, "ggml-base.en.bin.partial": false,
	} {
		if Unfinished(file) != want {
			t.Errorf("%s: %v", file, !want)
		}
	}
}
