//go:build unix

package openfile

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	noBlock  = syscall.O_NONBLOCK
	noFollow = syscall.O_NOFOLLOW
	hasLinks = true
)

// Owner returns the number of the user that a file belongs to. It is not known on systems
// without such numbers.
func Owner(info fs.FileInfo) (user int, known bool) {
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return int(stat.Uid), true
}

// trustworthy reports whether this user or root owns a file.
func trustworthy(info fs.FileInfo) bool {
	user, known := Owner(info)
	return known && (user == 0 || user == os.Geteuid())
}

// sameOwner reports whether two files belong to the same user.
func sameOwner(a, b fs.FileInfo) bool {
	first, known := Owner(a)
	second, known2 := Owner(b)
	return known && known2 && first == second
}

// hasForeignName reports whether a file has several names and this one may have been
// made by another user: it is in a folder that others can write to.
func hasForeignName(file fs.FileInfo, path string) bool {
	stat, ok := file.Sys().(*syscall.Stat_t)
	if !ok || stat.Nlink < 2 || isMagic(path) || areLinksProtected() {
		return false
	}
	return !isClosed(filepath.Dir(path))
}

// areLinksProtected reports whether the kernel keeps users from making hard links to
// files that they cannot write to, as Linux does by default. See proc(5).
func areLinksProtected() bool {
	setting, err := os.ReadFile("/proc/sys/fs/protected_hardlinks")
	return err == nil && strings.TrimSpace(string(setting)) == "1"
}

// isClosed reports whether only this user and administrators can make or replace
// files in a folder.
func isClosed(folder string) bool {
	info, err := os.Stat(folder)
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !trustworthy(info) && !isForeignRoot(stat.Uid) || info.Mode().Perm()&0o002 != 0 {
		return false
	}
	return info.Mode().Perm()&0o020 == 0 || isOwnGroup(stat.Gid)
}

// overflowUser owns what belongs to users without a number of their own in a user
// namespace, such as the administrator of the machine. See user_namespaces(7).
const overflowUser = 65534

// isForeignRoot reports whether a user is the one that owns the root folder from
// within a user namespace.
func isForeignRoot(uid uint32) bool {
	info, err := os.Stat("/")
	if err != nil || uid != overflowUser {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == uid
}

// isOwnGroup reports whether a group has this user as its only member: it has the
// user's name, is the user's first group, and lists nobody.
func isOwnGroup(gid uint32) bool {
	own, err := user.LookupId(strconv.Itoa(os.Geteuid()))
	if err != nil || own.Gid != strconv.FormatUint(uint64(gid), 10) {
		return false
	}
	groups, err := os.ReadFile("/etc/group")
	return err == nil && isPrivate(string(groups), own.Username, own.Gid)
}

// isPrivate reports whether a file in the form of group(5) has a group with the name
// and number of a user, and nobody else in it.
func isPrivate(groups, name, gid string) bool {
	for line := range strings.Lines(groups) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) == 4 && fields[0] == name && fields[2] == gid {
			return fields[3] == "" || fields[3] == name
		}
	}
	return false
}

// isLeased reports whether opening failed because another program, such as a file
// server, holds a lease, which it returns within 45 s. See fcntl(2).
func isLeased(err error) bool { return errors.Is(err, syscall.EWOULDBLOCK) }

// hasWriter waits for a named pipe's first writer, who may be gone again.
func hasWriter(f *os.File, limit time.Duration) bool {
	end := time.Now().Add(limit)
	for {
		fds := []unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, max(int(time.Until(end).Milliseconds()), 0))
		if !errors.Is(err, syscall.EINTR) {
			return n > 0
		}
	}
}

// duplicate opens another descriptor of an open file. appends reports whether
// everything written to it goes to its end.
func duplicate(fd int, path string) (f *os.File, appends bool, err error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err == nil && flags&unix.O_ACCMODE == unix.O_RDONLY {
		err = syscall.EBADF
	}
	var own int
	if err == nil {
		own, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	}
	if err != nil {
		return nil, false, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(own), path), flags&unix.O_APPEND != 0, nil
}

// isWithoutReader reports whether opening failed because nobody reads a pipe, or
// because the file is a socket.
func isWithoutReader(err error) bool { return errors.Is(err, syscall.ENXIO) }

// OwnedHere reports whether a file belongs to this user or to root, so that what its
// owner has set, such as permissions, can be relied on.
func OwnedHere(info fs.FileInfo) bool { return trustworthy(info) }
