package openfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A private file to which somebody may have made a second name is neither changed
// nor read; in a folder of this user it is, and where the kernel lets nobody make such
// names.
func TestHardLink(t *testing.T) {
	top := t.TempDir()
	victim := filepath.Join(top, "victim")
	for folder, mode := range map[string]fs.FileMode{"own": 0o700, "shared": 0o777} {
		dir := filepath.Join(top, folder)
		name := filepath.Join(dir, "name")
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Chmod(dir, mode), os.WriteFile(victim, nil, 0o600), os.Link(victim, name)); err != nil {
			t.Fatal(err)
		}
		_, appendErr := Append(name, 0o600)
		_, writeErr := ReadWrite(name, 0o600)
		_, readErr := Regular(name)
		for what, err := range map[string]error{"Append": appendErr, "ReadWrite": writeErr, "Regular": readErr} {
			if refused := errors.Is(err, ErrForeignLink); refused != (folder == "shared" && !areLinksProtected()) {
				t.Errorf("%s in the %s folder: %v", what, folder, err)
			}
		}
	}
}

// A link of another user is not followed to a private file, whether it is the last
// name of a path or a folder on the way.
func TestForeignLinkOnTheWay(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a link that belongs to another user")
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.Chmod(dir, 0o777), os.Mkdir(at("real"), 0o700), os.WriteFile(at("real/private"), nil, 0o600), os.WriteFile(at("real/public"), nil, 0o644),
		os.Symlink("real", at("own")), os.Symlink("real", at("foreign")), os.Lchown(at("foreign"), 65534, 65534),
		os.Symlink("real/private", at("last")), os.Lchown(at("last"), 65534, 65534)); err != nil {
		t.Fatal(err)
	}
	if got, err := Resolve(at("own/new/file")); err != nil || got != at("real/new/file") {
		t.Errorf("through this user's link: %s, %v", got, err)
	}
	if _, err := Resolve(at("foreign/new")); !errors.Is(err, ErrForeignLink) {
		t.Errorf("through another user's link: %v", err)
	}
	if got, err := Resolve(at("last")); err != nil || got != at("last") {
		t.Errorf("another user's link at the end: %s, %v", got, err)
	}
	for _, name := range []string{"foreign/private", "last"} {
		if _, err := Regular(at(name)); !errors.Is(err, ErrForeignLink) {
			t.Errorf("%s was read: %v", name, err)
		}
	}
	if f, err := Regular(at("foreign/public")); err != nil {
		t.Errorf("a file that everybody may read: %v", err)
	} else {
		f.Close()
	}
}

// Nothing blocks on a named pipe, and inherited pipes work.
func TestPipes(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Sink(pipe); err == nil {
		t.Error("a pipe without a reader was opened")
	}
	if _, err := ReadAll(pipe, 10); !errors.Is(err, ErrNotRegular) {
		t.Errorf("a named pipe: %v", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("text"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if data, err := ReadAll(fmt.Sprint("/dev/fd/", r.Fd()), 10); err != nil || string(data) != "text" {
		t.Errorf("an inherited pipe: %q, %v", data, err)
	}
	if data, err := ReadAll(os.DevNull, 10); err != nil || len(data) != 0 {
		t.Errorf("the null device: %q, %v", data, err)
	}
	for _, path := range []string{"/dev/zero", "/dev/full"} {
		if _, err := ReadAll(path, 10); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
