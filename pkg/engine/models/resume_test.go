package models

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestPullResumes: the bytes that an earlier pull left are used if they belong to the
// file.
func TestPullResumes(t *testing.T) {
	data, other := content(1, 300_000), content(2, 300_000)
	for _, tt := range []struct {
		name     string
		part     []byte
		origin   string // URL stands for the server's
		unpinned bool
		answer   http.HandlerFunc
		requests string // ranges that are requested
	}{
		{"a beginning", data[:1000], `{"url":"URL","etag":"\"v1\"","bytes":300000}`, true, whole(data, v1), "bytes=1000-"},
		{"a beginning, pinned", data[:1000], `{"url":"URL"}`, false, whole(data, ""), "bytes=1000-"},
		{"of another version", other[:1000], `{"url":"URL","etag":"\"v0\""}`, true, whole(data, v1), "bytes=1000-"},
		{"of another place", other[:1000], `{"url":"http://models.example/a.bin","etag":"\"v1\""}`, true, whole(data, v1), ""},
		{"of no version", other[:1000], `{"url":"URL"}`, true, whole(data, v1), ""},
		{"of unknown origin", other[:1000], "", false, whole(data, v1), ""},
		{"with broken JSON", other[:1000], "{", false, whole(data, v1), ""},
		{"too much", append(data, 0), `{"url":"URL","etag":"\"v1\""}`, false, whole(data, v1), ""},
		{"nothing", nil, `{"url":"URL","etag":"\"v1\""}`, false, whole(data, v1), ""},
		{"all", data, `{"url":"URL","etag":"\"v1\"","bytes":300000}`, true, whole(data, v1), "none"},
		{"all, pinned", data, `{"url":"URL"}`, false, whole(data, v1), "none"},
		{"all of an unknown length", data, `{"url":"URL","etag":"\"v1\""}`, true, whole(data, v1), "bytes=300000-"},
		{"more than the file has", append(data, 0), `{"url":"URL","etag":"\"v1\""}`, true, whole(data, v1), "bytes=300001-,"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.answer)
			s := newStore(t, srv.URL, data, !tt.unpinned)
			write(t, s.file()+".part", tt.part)
			if tt.origin != "" {
				url := srv.URL + "/" + s.Models[0].File
				write(t, s.file()+".part.json", []byte(strings.Replace(tt.origin, "URL", url, 1)))
			}
			path, err := s.Pull(t.Context(), name, nil)
			if err != nil {
				t.Fatal(err)
			}
			installed(t, s, path, data)
			var asked []string
			for _, r := range srv.requests() {
				asked = append(asked, r.Header.Get("Range"))
			}
			if asked == nil {
				asked = []string{"none"}
			}
			if got := strings.Join(asked, ","); got != tt.requests {
				t.Errorf("requested %q, want %q", got, tt.requests)
			}
		})
	}
}

// TestPullInterrupted: an interrupted pull and the next one together produce the file.
func TestPullInterrupted(t *testing.T) {
	data := content(1, 300_000)
	for _, pinned := range []bool{true, false} {
		srv := serve(t, stall(data, v1, 100_000), whole(data, v1))
		s := newStore(t, srv.URL, data, pinned)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := s.Pull(ctx, name, func(done, _ int64) {
			if done == 100_000 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "kept") {
			t.Fatal(err)
		}
		if _, err := s.Path(name); !errors.Is(err, ErrNotInstalled) {
			t.Errorf("an incomplete file is installed: %v", err)
		}
		path, err := s.Pull(t.Context(), name, nil)
		if err != nil {
			t.Fatal(err)
		}
		installed(t, s, path, data)
		if r := srv.requests()[1]; r.Header.Get("Range") != "bytes=100000-" || r.Header.Get("If-Range") != v1 {
			t.Errorf("resumed with %v", r.Header)
		}
	}
}

// TestPullDamagedPart: a part that was damaged on the disk is detected.
func TestPullDamagedPart(t *testing.T) {
	data := content(1, 300_000)
	srv := serve(t, whole(data, v1))
	s := newStore(t, srv.URL, data, true)
	write(t, s.file()+".part", make([]byte, 1000))
	write(t, s.file()+".part.json", []byte(`{"url":"`+srv.URL+"/"+s.Models[0].File+`","etag":"\"v1\""}`))
	if _, err := s.Pull(t.Context(), name, nil); !errors.Is(err, ErrWrongBytes) {
		t.Fatal(err)
	}
	path, err := s.Pull(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	installed(t, s, path, data)
}

// TestPullInstalled: a correct file that is already there is not downloaded again.
func TestPullInstalled(t *testing.T) {
	data, other := content(1, 300_000), content(2, 300_000)
	for _, tt := range []struct {
		name     string
		file     []byte
		record   string
		unpinned bool
		requests int
	}{
		{"right", data, "", false, 0},
		{"wrong", other, "", false, 1},
		{"cut off", data[:1000], "", false, 1},
		{"as recorded", data, sum(data) + "  ggml-some.en.bin\n", true, 0},
		{"not as recorded", other, sum(data) + "  ggml-some.en.bin\n", true, 1},
		{"put there by hand", data, "", true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, whole(data, v1))
			s := newStore(t, srv.URL, data, !tt.unpinned)
			write(t, s.file(), tt.file)
			if tt.record != "" {
				write(t, s.file()+".sha256", []byte(tt.record))
			}
			path, err := s.Pull(t.Context(), name, nil)
			if err != nil {
				t.Fatal(err)
			}
			installed(t, s, path, data)
			if n := len(srv.requests()); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
		})
	}
}

// TestPullTwice: if two pulls run at the same time, one downloads and the other returns
// ErrBusy.
func TestPullTwice(t *testing.T) {
	data := content(1, 300_000)
	asked, refused := make(chan struct{}), make(chan struct{})
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-refused
		whole(data, v1)(w, r)
	})
	s := newStore(t, srv.URL, data, true)
	first := make(chan error)
	go func() {
		_, err := s.Pull(t.Context(), name, nil)
		first <- err
	}()
	<-asked
	if _, err := s.Pull(t.Context(), name, nil); !errors.Is(err, ErrBusy) {
		t.Errorf("the second pull: %v", err)
	}
	close(refused)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	path, err := s.Pull(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	installed(t, s, path, data)
}

// TestPullUnwritable: the error names a folder that cannot be created.
func TestPullUnwritable(t *testing.T) {
	data := content(1, 1000)
	srv := serve(t, whole(data, v1))
	s := newStore(t, srv.URL, data, true)
	write(t, s.Dir, []byte("in the way"))
	if _, err := s.Pull(t.Context(), name, nil); err == nil || !strings.Contains(err.Error(), s.Dir) {
		t.Errorf("%v", err)
	}
	if got, err := os.ReadFile(s.Dir); err != nil || string(got) != "in the way" {
		t.Errorf("%q, %v", got, err)
	}
}
