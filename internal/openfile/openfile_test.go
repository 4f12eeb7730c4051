package openfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestReadAllLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := ReadAll(path, 5); err != nil || string(data) != "12345" {
		t.Errorf("got %q, %v", data, err)
	}
	if _, err := ReadAll(path, 4); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v, want ErrTooLong", err)
	}
}

// Append follows this user's own links, also to a file that does not exist yet.
func TestAppendFollowsOwnLink(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f, err := Append(link, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("x"); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "target")); string(data) != "xx" {
		t.Errorf("the target has %q", data)
	}
}

// A link of another user, planted where a log is expected, must not be followed.
func TestForeignLink(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a link that belongs to another user")
	}
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("victim", link); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Lchown(link, 65534, 65534), os.Chmod(dir, 0o777)); err != nil { // others can write to it
		t.Fatal(err)
	}
	for _, open := range []func(string, os.FileMode) (*os.File, error){Append, ReadWrite} {
		if _, err := open(link, 0o600); !errors.Is(err, ErrForeignLink) {
			t.Errorf("got %v, want ErrForeignLink", err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "victim")); err == nil {
		t.Error("the link was followed")
	}
}
