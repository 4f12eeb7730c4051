package models

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// raw answers with these bytes and hangs up.
func raw(head string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = buf.WriteString(strings.ReplaceAll(head, "\n", "\r\n"))
		_, _ = buf.Write(data)
		_ = buf.Flush()
	}
}

// endless writes what next returns until the client has gone.
func endless(head string, next func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, err = buf.WriteString(strings.ReplaceAll(head, "\n", "\r\n"))
		for err == nil {
			_, err = buf.WriteString(next())
			if err == nil {
				err = buf.Flush()
			}
		}
	}
}

// trickle serves what was asked for, a byte per interval.
func trickle(data []byte, etag string, interval time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		some(w, r, data, etag, 0)
		for at := asked(r); at < len(data); at++ {
			select {
			case <-r.Context().Done():
				return
			case <-time.After(interval):
			}
			_, _ = w.Write(data[at : at+1])
			_ = http.NewResponseController(w).Flush()
		}
	}
}

func redirect(to string) http.HandlerFunc {
	return answer(http.StatusFound, nil, "Location", to)
}

// TestHostile: a server that lies, floods or dawdles does not get anything installed, is left
// after a bounded number of requests, and writes nothing of its own into the error.
func TestHostile(t *testing.T) {
	data := content(1, 300_000)
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 64<<10, strings.Repeat("x", 64<<10))
	for _, tt := range []struct {
		name     string
		script   []http.HandlerFunc
		unpinned bool
		requests int
		want     string
	}{
		{"a byte now and then", []http.HandlerFunc{trickle(data, v1, 50*time.Millisecond)}, false, 3, "sent less than 100 kB/s for 200ms"},
		{"a byte now and then, unpinned", []http.HandlerFunc{trickle(data, v1, 50*time.Millisecond)}, true, 3, "sent less than 100 kB/s"},
		{"endless headers", []http.HandlerFunc{endless("HTTP/1.1 200 OK\n", func() string { return "A: " + strings.Repeat("x", 1000) + "\r\n" })}, false, 3, "exceeded"},
		{"an endless header", []http.HandlerFunc{endless("HTTP/1.1 200 OK\nA: ", func() string { return strings.Repeat("x", 1000) })}, false, 3, "exceeded"},
		{"endless preliminary answers", []http.HandlerFunc{endless("", func() string { return "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" })}, false, 3, "127.0.0.1"},
		{"an endless status line", []http.HandlerFunc{endless("HTTP/1.1 200 ", func() string { return strings.Repeat("x", 1000) })}, false, 3, "exceeded"},
		{"a header a minute", []http.HandlerFunc{endless("HTTP/1.1 200 OK\n", func() string { time.Sleep(10 * time.Millisecond); return "A: b\r\n" })}, false, 3, "sent nothing for"},
		{"an endless body", []http.HandlerFunc{endless("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", func() string { return chunk })}, true, 1, "more than"},
		{"an endless body, pinned", []http.HandlerFunc{endless("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", func() string { return chunk })}, false, 1, "more than the 300000 bytes"},
		{"a length that does not fit any disk", []http.HandlerFunc{raw("HTTP/1.1 200 OK\nContent-Length: 9223372036854775807\n\n", nil)}, true, 1, "more than the 21 MB that a model may have"},
		{"a negative length", []http.HandlerFunc{raw("HTTP/1.1 200 OK\nContent-Length: -5\n\n", nil)}, false, 3, "127.0.0.1"},
		{"two lengths", []http.HandlerFunc{raw("HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6\n\n", nil)}, false, 3, "127.0.0.1"},
		{"no HTTP", []http.HandlerFunc{raw("\x1b[2J"+strings.Repeat("hello", 5000), nil)}, false, 3, "127.0.0.1"},
		{"escape codes in the status", []http.HandlerFunc{raw("HTTP/1.1 403 \x1b[2Jsecret\n\n", nil)}, false, 1, "403 Forbidden"},
		{"an unknown status", []http.HandlerFunc{raw("HTTP/1.1 499 \x1b[2Jsecret\n\n", nil)}, false, 1, "answered 499 for"},
		{"redirects in a circle", []http.HandlerFunc{redirect("/again")}, false, 10, "10 redirects"},
		{"redirects to a file", []http.HandlerFunc{redirect("file:///etc/passwd?secret")}, false, 1, "redirects to neither"},
		{"redirects to a script", []http.HandlerFunc{redirect("javascript:secret")}, false, 1, "redirects to neither"},
		{"redirects nowhere", []http.HandlerFunc{redirect("http://[::1:secret/")}, false, 1, "redirects to neither"},
		{"redirects with escape codes", []http.HandlerFunc{redirect("http://models.example/secret\x1b[2J")}, false, 3, "not valid HTTP"},
		{"redirects to no host", []http.HandlerFunc{redirect("http:///secret")}, false, 1, "redirects to neither"},
		{"redirects without saying where", []http.HandlerFunc{answer(302, nil)}, false, 1, "302 Found"},
		{"compresses", []http.HandlerFunc{answer(200, data[:299_999], "Content-Encoding", "gzip", "Content-Length", "300000")}, false, 3, "lost after 299999"},
		{"another range than asked, always", []http.HandlerFunc{cut(data, v1, 100),
			answer(206, data, "ETag", v1, "Content-Range", "bytes 0-299999/300000"), cut(data, v1, 100),
			answer(206, data, "ETag", v1, "Content-Range", "bytes 0-299999/300000")}, false, 3, "tries"},
		{"a part that nobody asked for", []http.HandlerFunc{answer(206, data, "Content-Range", "bytes 0-299999/300000")}, false, 3, "does not match"},
		{"changes all the time", []http.HandlerFunc{changing(minProgress + 1000)}, true, 5, "changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, tt.script...)
			s := newStore(t, srv.URL, data, !tt.unpinned)
			s.Stall, s.MinRate, s.RateOver = 2*time.Second, 100_000, 200*time.Millisecond
			if tt.name == "a header a minute" {
				s.Stall = 300 * time.Millisecond
			}
			s.limit = 20 * minProgress
			_, err := s.Pull(t.Context(), name, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("%v, want %q", err, tt.want)
			}
			if text := err.Error(); strings.Contains(text, "secret") || strings.ContainsAny(text, "\x1b\n") || len(text) > 1000 {
				t.Errorf("the error has something of the server: %.2000q", text)
			}
			if n := len(srv.requests()); n != tt.requests {
				t.Errorf("%d requests, want %d; %v", n, tt.requests, err)
			}
			if exists(s.file()) {
				t.Error("something is installed")
			}
			if info, err := os.Stat(s.file() + ".part"); err == nil && info.Size() > s.limit {
				t.Errorf("the part has %d bytes", info.Size())
			}
		})
	}
}

// changing serves more with each request, of another file each time.
func changing(step int) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		n++
		answer(200, make([]byte, n*step), "ETag", `"`+strconv.Itoa(n)+`"`, "Content-Length", strconv.Itoa(19*step))(w, nil)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// TestLyingRanges: an answer to a request for the rest of a file that announces something else
// is not added to it; the file is downloaded again.
func TestLyingRanges(t *testing.T) {
	data := content(1, 300_000)
	for _, tt := range []struct {
		header  string
		body    []byte
		chunked bool
	}{
		{"bytes 100-99/300000", data[100:], false},
		{"bytes 100-300000/300000", data[100:], false},
		{"bytes 100-299999/299999", data[100:], false},
		{"bytes 100-299998/300000", data[100:], false},
		{"bytes 100-299999/300000", data[100:200_000], false},
		{"bytes 100-299999/300000", append(bytes.Clone(data[100:]), "more"...), false},
		{"bytes 100-200/300000", data[100:], true},
		{"bytes -100-299999/300000", data[100:], false},
		{"bytes 100--1/300000", data[100:], false},
		{"bytes 100-9223372036854775807/300000", data[100:], false},
		{"bytes 100-99999999999999999999/300000", data[100:], false},
		{"bytes 100-/300000", data[100:], false},
		{"bytes 100/300000", data[100:], false},
		{"bytes +100-299999/300000", data[100:], false},
		{"bytes 0x64-299999/300000", data[100:], false},
		{"bytes */300000", data[100:], false},
		{"bits 100-299999/300000", data[100:], false},
		{"multipart/byteranges", data[100:], false},
	} {
		for _, unpinned := range []bool{false, true} {
			if !unpinned && strings.HasSuffix(tt.header, "/299999") {
				continue // not the model, which ends the download
			}
			t.Run(fmt.Sprintf("%s, unpinned %v", tt.header, unpinned), func(t *testing.T) {
				t.Parallel()
				lie := answer(206, tt.body, "ETag", v1, "Content-Range", tt.header, "Content-Length", strconv.Itoa(len(tt.body)))
				if tt.chunked {
					lie = func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("ETag", v1)
						w.Header().Set("Content-Range", tt.header)
						w.WriteHeader(206)
						_ = http.NewResponseController(w).Flush()
						_, _ = w.Write(tt.body)
					}
				}
				srv := serve(t, cut(data, v1, 100), lie, whole(data, v1))
				s := newStore(t, srv.URL, data, !unpinned)
				path, err := s.Pull(t.Context(), name, nil)
				if err != nil {
					t.Fatal(err)
				}
				installed(t, s, path, data)
				var ranges []string
				for _, r := range srv.requests() {
					ranges = append(ranges, r.Header.Get("Range"))
				}
				if got := strings.Join(ranges, ","); got != ",bytes=100-," {
					t.Errorf("requested %q", got)
				}
			})
		}
	}
}

// TestOddETags: an ETag that cannot be sent back does not stop the download, now or later.
func TestOddETags(t *testing.T) {
	data := content(1, 300_000)
	for _, etag := range []string{"\"\x01\"", `"`, `""`, `"a"b"`, "\"a\tb\"", `"unended`, `"` + strings.Repeat("x", 20_000) + `"`, "\"\xff\""} {
		odd := func(w http.ResponseWriter, r *http.Request) {
			head := "HTTP/1.1 200 OK\nContent-Length: 300000\nETag: " + etag + "\n\n"
			raw(head, data[:1000])(w, r)
		}
		srv := serve(t, odd, odd, whole(data, ""))
		s := newStore(t, srv.URL, data, true)
		s.Tries = 1
		for i := range 3 {
			path, err := s.Pull(t.Context(), name, nil)
			if i < 2 && err == nil || i == 2 && err != nil {
				t.Errorf("%q, pull %d: %v", etag, i, err)
			}
			if i == 2 && err == nil {
				installed(t, s, path, data)
			}
			if record, _ := os.ReadFile(s.file() + ".part.json"); len(record) > 2000 {
				t.Errorf("%.30q: the record has %d bytes", etag, len(record))
			}
		}
	}
}

// TestSlowThenFast: after a connection that was too slow, the download goes on where it
// stopped.
func TestSlowThenFast(t *testing.T) {
	data := content(1, 300_000)
	srv := serve(t, trickle(data, v1, 20*time.Millisecond), whole(data, v1))
	s := newStore(t, srv.URL, data, true)
	s.MinRate, s.RateOver = 1_000_000, 300*time.Millisecond
	path, err := s.Pull(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	installed(t, s, path, data)
	if second := srv.requests()[1].Header.Get("Range"); !strings.HasPrefix(second, "bytes=") || second == "bytes=0-" {
		t.Errorf("asked for %q", second)
	}
}

// TestFastEnough: a slow connection at the minimum rate is left alone.
func TestFastEnough(t *testing.T) {
	data := content(1, 3_000)
	srv := serve(t, trickle(data[:100], v1, 20*time.Millisecond))
	s := newStore(t, srv.URL, data[:100], true)
	s.MinRate, s.RateOver = 1, 500*time.Millisecond
	if path, err := s.Pull(t.Context(), name, nil); err != nil {
		t.Error(err)
	} else {
		installed(t, s, path, data[:100])
	}
}

// TestDiskFills: a body of unknown length stops before the disk is full.
func TestDiskFills(t *testing.T) {
	data := content(1, 3*spaceEvery)
	srv := serve(t, chunked(data))
	s := newStore(t, srv.URL, data, false)
	calls := 0
	s.free = func(string) (uint64, error) {
		calls++
		return uint64(max(2*spaceEvery+1000-calls*spaceEvery, 0)), nil
	}
	_, err := s.Pull(t.Context(), name, nil)
	if err == nil || !strings.Contains(err.Error(), "make room") || len(srv.requests()) != 1 {
		t.Errorf("%v, %d requests", err, len(srv.requests()))
	}
}

// TestAddressSecrets: no error and no file has the credentials of a mirror's address, and no
// other server gets them.
func TestAddressSecrets(t *testing.T) {
	data := content(1, 1000)
	for _, base := range []string{
		"https://user:secret@ho st/", "https://user:secret@host:port/", "ftp://user:secret@host/?secret", "user:secret@host",
		"https://%zzsecret@host", "https://user:secret@", "secret", "https:/secret", "://secret", "http://[::1secret]", "\x00secret",
	} {
		s := newStore(t, base, data, true)
		if _, err := s.Pull(t.Context(), name, nil); err == nil || strings.Contains(err.Error(), "secret") ||
			!strings.Contains(err.Error(), "VOICEFLOW_MODEL_URL") {
			t.Errorf("%q: %v", base, err)
		}
	}
	other := serve(t, cut(data, v1, 100), answer(500, nil))
	first := serve(t, redirect(other.URL+"/x?signature=secret"))
	s := newStore(t, strings.Replace(first.URL, "http://", "http://user:secret@", 1)+"/?token=secret", data, true)
	_, err := s.Pull(t.Context(), name, nil)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	if got := first.requests()[0]; got.URL.RawQuery != "token=secret" || got.Header.Get("Authorization") == "" {
		t.Errorf("the mirror was asked for %s with %v", got.URL, got.Header)
	}
	for _, r := range other.requests() {
		if r.Header.Get("Referer") != "" || r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("another host received %v", r.Header)
		}
	}
	_ = filepath.WalkDir(s.Dir, func(path string, e os.DirEntry, err error) error {
		if text, _ := os.ReadFile(path); strings.Contains(string(text), "secret") {
			t.Errorf("%s has %s", path, text)
		}
		return err
	})
}

// roundTrips answers every request with 403 and remembers which token each host was sent.
func roundTrips(seen map[string]string) *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		seen[r.URL.Scheme+"://"+r.URL.Host] = r.Header.Get("Authorization")
		header := http.Header{}
		status := http.StatusForbidden
		if to := r.URL.Query().Get("to"); to != "" {
			status = http.StatusFound
			header.Set("Location", to)
		}
		return &http.Response{StatusCode: status, Status: "x", Header: header, Request: r, Body: io.NopCloser(strings.NewReader("")),
			ProtoMajor: 1, ProtoMinor: 1}, nil
	})}
}

// TestTokenHosts: HF_TOKEN goes to Hugging Face alone, the mirror's token to the mirror alone.
func TestTokenHosts(t *testing.T) {
	for _, tt := range []struct {
		base, mirror string // address and token
		want         map[string]string
	}{
		{"", "", map[string]string{"https://huggingface.co": "Bearer hf"}},
		{"", "m", map[string]string{"https://huggingface.co": "Bearer hf"}},
		{"https://huggingface.co/me/models", "", map[string]string{"https://huggingface.co": "Bearer hf"}},
		{"https://HuggingFace.co/me", "", map[string]string{"https://HuggingFace.co": "Bearer hf"}},
		{"https://huggingface.co:443/me", "", map[string]string{"https://huggingface.co:443": "Bearer hf"}},
		{"https://eu.huggingface.co/me", "", map[string]string{"https://eu.huggingface.co": "Bearer hf"}},
		{"https://huggingface.co/me", "m", map[string]string{"https://huggingface.co": "Bearer m"}},
		{"http://huggingface.co/me", "", map[string]string{"http://huggingface.co": ""}},
		{"http://huggingface.co/me", "m", map[string]string{"http://huggingface.co": ""}},
		{"https://huggingface.co:8443/me", "", map[string]string{"https://huggingface.co:8443": ""}},
		{"https://huggingface.co.evil.example", "", map[string]string{"https://huggingface.co.evil.example": ""}},
		{"https://evilhuggingface.co", "", map[string]string{"https://evilhuggingface.co": ""}},
		{"https://huggingface.co@evil.example", "", map[string]string{"https://evil.example": "Basic aHVnZ2luZ2ZhY2UuY286"}},
		{"https://evil.example/huggingface.co", "", map[string]string{"https://evil.example": ""}},
		{"https://evil.example#.huggingface.co", "", map[string]string{"https://evil.example": ""}},
		{"https://evil.example?.huggingface.co", "", map[string]string{"https://evil.example": ""}},
		{"https://mirror.example", "m", map[string]string{"https://mirror.example": "Bearer m"}},
		{"http://mirror.example", "m", map[string]string{"http://mirror.example": ""}},
		{"http://127.0.0.1:1", "", map[string]string{"http://127.0.0.1:1": ""}},
		{"http://127.0.0.1:1", "m", map[string]string{"http://127.0.0.1:1": "Bearer m"}},
		{"http://localhost:1", "m", map[string]string{"http://localhost:1": "Bearer m"}},
		{"http://localhost.evil.example", "m", map[string]string{"http://localhost.evil.example": ""}},
		{"https://huggingface.co/?to=https://cdn.huggingface.co/", "",
			map[string]string{"https://huggingface.co": "Bearer hf", "https://cdn.huggingface.co": ""}},
		{"https://huggingface.co/?to=https://evil.example/", "",
			map[string]string{"https://huggingface.co": "Bearer hf", "https://evil.example": ""}},
		{"https://huggingface.co/?to=http://huggingface.co/", "", map[string]string{"https://huggingface.co": "Bearer hf"}},
		{"https://huggingface.co/?to=https://huggingface.co:444/", "",
			map[string]string{"https://huggingface.co": "Bearer hf", "https://huggingface.co:444": ""}},
		{"https://mirror.example/?to=https://huggingface.co/", "m",
			map[string]string{"https://mirror.example": "Bearer m", "https://huggingface.co": ""}},
		{"https://mirror.example/?to=https://a.mirror.example/", "m",
			map[string]string{"https://mirror.example": "Bearer m", "https://a.mirror.example": ""}},
	} {
		seen := map[string]string{}
		s := newStore(t, tt.base, content(1, 1000), true)
		s.Models[0].URL = "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-some.en.bin"
		s.Token, s.MirrorToken, s.Client = "hf", tt.mirror, roundTrips(seen)
		s.Tries = 1
		_, err := s.Pull(t.Context(), name, nil)
		if err == nil || fmt.Sprint(seen) != fmt.Sprint(tt.want) {
			t.Errorf("%s, %q: tokens were sent %v, want %v; %v", tt.base, tt.mirror, seen, tt.want, err)
		}
	}
}

// TestBadToken: a token that cannot be one is named, not printed.
func TestBadToken(t *testing.T) {
	for _, token := range []string{"sec\nret", "sec\x00ret", "secret\x7f", "sec ret", "sécret"} {
		for _, mirror := range []bool{false, true} {
			s := newStore(t, "https://mirror.example", content(1, 1000), true)
			s.Client = roundTrips(map[string]string{})
			want := "HF_TOKEN"
			if mirror {
				s.MirrorToken, want = token, "VOICEFLOW_MODEL_TOKEN"
			} else {
				s.Token, s.BaseURL = token, "https://huggingface.co/x"
			}
			_, err := s.Pull(t.Context(), name, nil)
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sec") || errors.Is(err, ErrBusy) {
				t.Errorf("%q: %v", token, err)
			}
		}
	}
}
