package models

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKnown: the entries of the catalogue are consistent.
func TestKnown(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Known() {
		for _, key := range []string{m.Name, m.File, m.URL, m.SHA256} {
			if seen[key] {
				t.Errorf("%s: %q appears twice", m.Name, key)
			}
			seen[key] = key != ""
		}
		hash, err := hex.DecodeString(m.SHA256)
		if err != nil || len(hash) != 32 && m.SHA256 != "" || m.SHA256 != strings.ToLower(m.SHA256) {
			t.Errorf("%s: SHA-256 %q", m.Name, m.SHA256)
		}
		if m.SHA256 != "" && m.Bytes <= 0 || filepath.Base(m.File) != m.File || !strings.HasSuffix(m.URL, "/"+m.File) {
			t.Errorf("%+v", m)
		}
	}
	for name, url := range map[string]string{
		"base.en":       "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-base.en.bin",
		"small.en-tdrz": "https://huggingface.co/akashmjn/tinydiarize-whisper.cpp/resolve/main/ggml-small.en-tdrz.bin",
		"silero-v6.2.0": "https://huggingface.co/ggml-org/whisper-vad/resolve/main/ggml-silero-v6.2.0.bin",
	} {
		if m, ok := Find(name); !ok || m.URL != url || m.Multilingual || m.Detector != strings.HasPrefix(name, "silero") {
			t.Errorf("%+v, %v", m, ok)
		}
	}
	if m, ok := Find("large-v3-turbo-q5_0"); !ok || !m.Multilingual || m.Detector {
		t.Errorf("%+v, %v", m, ok)
	}
}

func TestUnknown(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	for name, want := range map[string]string{
		"bsae.en":                "similar names: base.en",
		"ggml-base.en.bin":       "similar names: base.en",
		"large":                  "large-v3",
		"turbo":                  "large-v3-turbo",
		"silero":                 "silero-v6.2.0",
		"gpt":                    "models list",
		"":                       "models list",
		"../base.en":             "is a path",
		`..\base.en`:             "is a path",
		"/etc/passwd":            "is a path",
		"..":                     "models list",
		"base.en\x00":            "base.en",
		strings.Repeat("x", 999): "models list",
	} {
		_, found := s.Find(name)
		_, path := s.Path(name)
		_, pull := s.Pull(t.Context(), name, nil)
		for _, err := range []error{found, path, pull, s.Verify(name)} {
			if !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	if _, ok := Find("none"); ok {
		t.Error("a model named none was found")
	}
}

func TestPath(t *testing.T) {
	s := newStore(t, "", nil, false)
	if got, err := s.Installed(); len(got) != 0 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := s.Path(name); !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "run vf-transcribe models pull some.en") {
		t.Errorf("%v", err)
	}
	if err := s.Verify(name); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("%v", err)
	}
	write(t, s.file(), []byte("lmgg"))
	if got, err := s.Path(name); got != s.file() || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := s.Installed(); len(got) != 1 || got[0].Path != s.file() || got[0].Size != 4 || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.Remove(s.file()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.file(), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Path(name); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("%v", err)
	}
}

func TestDefault(t *testing.T) {
	if s := Default(); filepath.Base(s.Dir) != "models" || filepath.Base(filepath.Dir(s.Dir)) != "voiceflow" {
		t.Errorf("%s", s.Dir)
	}
}

func TestVerify(t *testing.T) {
	data, other := content(1, 1000), content(2, 1000)
	for _, tt := range []struct {
		name     string
		file     []byte
		record   string
		unpinned bool
		want     error
		says     string
	}{
		{"right", data, "", false, nil, ""},
		{"wrong", other, "", false, ErrWrongBytes, sum(other)},
		{"cut off", data[:10], "", false, ErrWrongBytes, "10 bytes, not 1000"},
		{"as recorded", data, sum(data) + "  ggml-some.en.bin\n", true, nil, ""},
		{"as recorded, in capitals", data, strings.ToUpper(sum(data)) + " *ggml-some.en.bin\n", true, nil, ""},
		{"not as recorded", other, sum(data) + "  ggml-some.en.bin\n", true, ErrWrongBytes, "models pull some.en"},
		{"not recorded", data, "", true, ErrNoHash, "models pull some.en"},
		{"badly recorded", data, "some  ggml-some.en.bin\n", true, ErrNoHash, ".sha256"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStore(t, "", data, !tt.unpinned)
			write(t, s.file(), tt.file)
			if tt.record != "" {
				write(t, s.file()+".sha256", []byte(tt.record))
			}
			err := s.Verify(name)
			if !errors.Is(err, tt.want) || tt.want != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v", err)
			}
		})
	}
	s := newStore(t, "", data, true)
	write(t, s.file(), data)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.VerifyContext(ctx, name); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestLocate: a name is a model of the store whatever the current folder contains, and only
// what looks like a path is a file.
func TestLocate(t *testing.T) {
	s := newStore(t, "", nil, false)
	write(t, s.file(), []byte("lmgg"))
	here := t.TempDir()
	t.Chdir(here)
	names := []string{name, "SOME.EN", "other", "ggml-some.en", "some.en-q8_0", ".some.en", "some.en ", "~some.en", "a\x1b[2J"}
	for _, name := range append(names, "some.bin", "some.BIN", "some.gguf", "sub/some.en") {
		write(t, filepath.Join(here, name), []byte("planted"))
	}
	if got, err := s.Locate(name); got != s.file() || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	for _, name := range names[1:] {
		got, err := s.Locate(name)
		if !errors.Is(err, ErrUnknown) || !strings.HasSuffix(err.Error(), "for the file in this folder, write ./"+name) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"", ".", "..", "missing", "some.en\x00", "some.en\x00.bin\x00", "sub", "demo", "-", "a\nb", `..\some`} {
		if got, err := s.Locate(name); !errors.Is(err, ErrUnknown) || strings.Contains(err.Error(), "this folder") {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	for _, path := range []string{"./some.en", "sub/some.en", "../x", "some.en/../../x", "/etc/passwd", s.file(), "/", "./..",
		"some.bin", "some.BIN", "some.gguf", "missing.bin", "ggml-some.en.bin"} {
		if got, err := s.Locate(path); got != path || err != nil {
			t.Errorf("%q: %q, %v", path, got, err)
		}
	}
	for _, path := range []string{"./some.bin\x00", "some.bin\x00.bin", "/\x00"} {
		if got, err := s.Locate(path); err == nil || !strings.Contains(err.Error(), "NUL") {
			t.Errorf("%q: %q, %v", path, got, err)
		}
	}
	// Not installed, although there is a file of that name.
	if err := os.Remove(s.file()); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Locate(name); !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "write ./some.en") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestLinks: a link in the store leads to the file that it names, a dangling one to no model;
// a download replaces a link and leaves alone what it leads to.
func TestLinks(t *testing.T) {
	data := content(1, 1000)
	srv := serve(t, whole(data, v1))
	for _, pinned := range []bool{true, false} {
		s := newStore(t, srv.URL, data, pinned)
		write(t, s.file(), nil)
		target := filepath.Join(t.TempDir(), "elsewhere")
		link := func() {
			t.Helper()
			for _, file := range []string{s.file(), s.file() + ".sha256"} {
				_ = os.Remove(file)
				if err := os.Symlink(target, file); err != nil {
					t.Fatal(err)
				}
			}
		}
		link()
		if _, err := s.Path(name); !errors.Is(err, ErrNotInstalled) {
			t.Errorf("dangling: %v", err)
		}
		write(t, target, []byte("private"))
		if pinned {
			if err := s.Verify(name); !errors.Is(err, ErrWrongBytes) {
				t.Errorf("another's bytes: %v", err)
			}
		}
		for _, there := range []bool{true, false} {
			if !there {
				_ = os.Remove(target)
				link()
			}
			if !there || pinned {
				path, err := s.Pull(t.Context(), name, nil)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(path); err != nil || sum(got) != sum(data) {
					t.Errorf("%d bytes, %v", len(got), err)
				}
				if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
					t.Errorf("%v, %v", info, err)
				}
			}
			if got, _ := os.ReadFile(target); there && string(got) != "private" || exists(target) != there {
				t.Errorf("the link's target (there: %v) has %q", there, got)
			}
		}
	}
}
