package wholefile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWrite checks that links remain links and devices are never replaced.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Symlink(at("file"), at("link")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("file"), []byte("old and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("new/later", at("dangling")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{at("new/file"), at("file"), at("link"), at("dangling")} {
		if err := Write(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != path {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	if target, err := os.Readlink(at("link")); err != nil || target != at("file") {
		t.Errorf("the link was replaced: %q, %v", target, err)
	}
	if _, err := os.Lstat(at("new/later")); err != nil {
		t.Errorf("the target of a dangling link was not created: %v", err)
	}
	pipe, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if err := os.Symlink(fmt.Sprint("/dev/fd/", w.Fd()), at("device")); err != nil {
		t.Fatal(err)
	}
	err = Write(at("device"), []byte("report"), 0o600)
	w.Close()
	got := make([]byte, 100)
	n, _ := pipe.Read(got)
	if _, readError := os.Readlink(at("device")); err != nil || readError != nil || string(got[:n]) != "report" {
		t.Errorf("%q, %v, %v", got[:n], err, readError)
	}
	if err := Write(dir, nil, 0o600); err == nil {
		t.Error("a folder was replaced")
	}
}

// TestLongName checks a name of the maximum length, to which no suffix can be added.
func TestLongName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, strings.Repeat("n", 255))
	for _, text := range []string{"first", "second"} {
		if err := Write(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != text {
			t.Errorf("%q, %v", data, err)
		}
	}
	// An existing file keeps its permissions.
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o604 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := Write(path+"n", nil, 0o640); !errors.Is(err, syscall.ENAMETOOLONG) {
		t.Errorf("name too long: %v", err)
	}
	if err := Write(dir, nil, 0o640); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("a folder: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("files left behind: %v, %v", entries, err)
	}
}

// TestOpenFile checks that what a shell has opened (3>file) is written in place.
func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for flags, want := range map[int]string{os.O_WRONLY: "report", os.O_WRONLY | os.O_APPEND: "old and longerreport"} {
		if err := os.WriteFile(path, []byte("old and longer"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, flags, 0)
		if err != nil {
			t.Fatal(err)
		}
		err = Write(fmt.Sprint("/dev/fd/", f.Fd()), []byte("report"), 0o600)
		f.Close()
		if data, rerr := os.ReadFile(path); err != nil || rerr != nil || string(data) != want {
			t.Errorf("%q, want %q; %v, %v", data, want, err, rerr)
		}
	}
}

// TestCreate: a file appears under its name when it is complete, or never.
func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copy")
	for _, complete := range []bool{false, true} {
		f, err := Create(path, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("words"); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(path); err == nil {
			t.Error("it is there before it is complete")
		}
		if complete {
			if err := f.Commit(); err != nil {
				t.Fatal(err)
			}
		}
		f.Discard()
		data, err := os.ReadFile(path)
		if complete != (err == nil && string(data) == "words") {
			t.Errorf("complete %v: %q, %v", complete, data, err)
		}
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(entries) != len(data)/5 {
			t.Errorf("files left behind: %v, %v", entries, err)
		}
	}
}

// TestReplace: a link is replaced, and what it leads to is not touched.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(target, []byte("old"), 0o600), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	if err := Replace(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v, %v", info, err)
	}
	for path, want := range map[string]string{link: "new", target: "old"} {
		if data, err := os.ReadFile(path); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
}
