package openfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A file on which a file server holds a lease is opened once the lease ends.
func TestLease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leased")
	if err := os.WriteFile(path, []byte("words"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (*os.File, error){
		"Regular":   func() (*os.File, error) { return Regular(path) },
		"ReadWrite": func() (*os.File, error) { return ReadWrite(path, 0o600) },
	} {
		holder, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unix.FcntlInt(holder.Fd(), unix.F_SETLEASE, unix.F_WRLCK); err != nil {
			holder.Close()
			t.Skip("this file system has no leases: ", err)
		}
		if f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0); !errors.Is(err, unix.EWOULDBLOCK) {
			t.Fatalf("the lease has no effect: %v, %v", f, err)
		}
		time.AfterFunc(300*time.Millisecond, func() { holder.Close() })
		f, err := open()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f.Close()
	}
}

// A private file with two names is read in a folder that only the user's own group
// can write to, and wherever the kernel keeps others from making links to it.
func TestOwnGroup(t *testing.T) {
	const groups = "root:x:0:\nusers:x:100:\nann:x:1000:\nben:x:1001:ann\ncarl:x:1002:carl\n"
	for _, tt := range []struct {
		name, gid string
		want      bool
	}{
		{"ann", "1000", true}, {"ben", "1001", false}, {"carl", "1002", true}, {"ann", "1001", false}, {"users", "1000", false},
		{"dora", "1003", false},
	} {
		if got := isPrivate(groups, tt.name, tt.gid); got != tt.want {
			t.Errorf("%s, %s: %v", tt.name, tt.gid, got)
		}
	}
}

// Folders to which others can write are not closed.
func TestClosed(t *testing.T) {
	dir := t.TempDir()
	for mode, want := range map[fs.FileMode]bool{0o700: true, 0o755: true, 0o757: false, 0o777 | fs.ModeSticky: false} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if got := isClosed(dir); got != want {
			t.Errorf("%v: %v", mode, got)
		}
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chown(dir, 1234, 1234)); err != nil {
		t.Fatal(err)
	}
	if isClosed(dir) {
		t.Error("another user's folder")
	}
	if err := errors.Join(os.Chmod(dir, 0o775), os.Chown(dir, 0, 1234)); err != nil {
		t.Fatal(err)
	}
	if isClosed(dir) {
		t.Error("a folder of a group of others")
	}
}

// A link of another user is followed where nobody but this user could have put it.
func TestForeignLinkInClosedFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a link that belongs to another user")
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.Chmod(dir, 0o755), os.Mkdir(at("real"), 0o700), os.WriteFile(at("real/private"), nil, 0o600),
		os.Symlink("real", at("link")), os.Lchown(at("link"), 1234, 1234)); err != nil {
		t.Fatal(err)
	}
	if got, err := Resolve(at("link/new")); err != nil || got != at("real/new") {
		t.Errorf("%s, %v", got, err)
	}
	if f, err := Regular(at("link/private")); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
}

// A named pipe of this user is read if somebody writes to it, also later.
func TestWrittenPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "psub")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"words", ""} {
		wrote := make(chan error, 1)
		go func() {
			f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteString(text)
				err = errors.Join(err, f.Close())
			}
			wrote <- err
		}()
		data, err := ReadAll(pipe, 100)
		if werr := <-wrote; err != nil || werr != nil || string(data) != text {
			t.Errorf("%q: %q, %v, %v", text, data, err, werr)
		}
	}
}

// OpenFile continues where the shell, or another program, has stopped; OpenWhole
// needs an empty file of its own.
func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	for _, tt := range []struct {
		flags        int
		before, want string
	}{
		{0, "", "new"}, {0, "head ", "head new"}, {os.O_APPEND, "", "oldnew"},
	} {
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_RDWR|tt.flags, 0)
		if err == nil && tt.before != "" {
			_, err = f.WriteString(tt.before)
		}
		if err != nil {
			t.Fatal(err)
		}
		target, err := Resolve(DescriptorPath(int(f.Fd())))
		if err != nil || !IsOpenFile(target) || !IsDescriptor(target, int(f.Fd())) || IsDescriptor(target, 1) {
			t.Fatalf("%s, %v", target, err)
		}
		out, err := OpenFile(target)
		if err == nil {
			_, err = io.WriteString(out, "new")
			out.Close()
		}
		if data, _ := os.ReadFile(path); err != nil || string(data) != tt.want {
			t.Errorf("%q, want %q; %v", data, tt.want, err)
		}
		f.Close()
	}
	for _, path := range []string{path, "/dev/null", "/proc/self/comm", "/proc/1/fd/1", "/proc/self/fd/x", "/proc/self/fd/-1"} {
		if IsOpenFile(path) {
			t.Errorf("%s is taken for a descriptor", path)
		}
	}
}

func TestOpenWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	for flags, want := range map[int]bool{os.O_RDWR: true, os.O_WRONLY: true, os.O_WRONLY | os.O_APPEND: false, os.O_RDONLY: false} {
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, flags, 0)
		if err != nil {
			t.Fatal(err)
		}
		target, err := Resolve(DescriptorPath(int(f.Fd())))
		if err != nil {
			t.Fatal(err)
		}
		out, err := OpenWhole(target)
		if (err == nil) != want {
			t.Errorf("%#x: %v", flags, err)
		}
		if out != nil {
			out.Close()
		}
		if info, err := os.Stat(path); err != nil || (info.Size() == 0) != want {
			t.Errorf("%#x: %d bytes, %v", flags, info.Size(), err)
		}
		f.Close()
	}
}
