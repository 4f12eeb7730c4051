package input

import (
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// startRoots are the places where programs and their libraries are.
var startRoots = []string{
	"/usr", "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store",
	"/etc/ld.so.cache", "/etc/ld.so.preload",
}

const (
	readFile = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_EXECUTE
	readTree = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
)

// confineThread makes this thread, and the processes started from it, unable to
// read any file but a program, its libraries and file, which may be nil, to write
// or create any, and to use TCP. It lasts as long as the thread. Where the kernel
// has no Landlock, which Linux has since 5.13, it returns an error and does
// nothing.
func confineThread(program string, file *os.File) error {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return errno
	}
	rules, err := newRuleset(int(version))
	if err != nil {
		return err
	}
	defer unix.Close(rules)
	for _, path := range append(libraryFolders(program), startRoots...) {
		allowPath(rules, path, readTree)
	}
	allowPath(rules, "/dev/null", readFile|unix.LANDLOCK_ACCESS_FS_WRITE_FILE)
	if file != nil {
		if err := allow(rules, int(file.Fd()), unix.LANDLOCK_ACCESS_FS_READ_FILE); err != nil {
			return fmt.Errorf("%w: %w", errFileRule, err)
		}
	}
	// Landlock requires it of programs without privileges.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(rules), 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// newRuleset returns rules that forbid everything that a version of Landlock can
// forbid.
func newRuleset(version int) (int, error) {
	attr := unix.LandlockRulesetAttr{Handled_access_fs: 1<<13 - 1} // up to MAKE_SYM
	if version >= 2 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 5 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if version >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	// The kernel accepts a longer structure if what it does not know is zero.
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// allowPath allows access to a file, or to everything in a folder, if it exists.
func allowPath(rules int, path string, access uint64) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if allow(rules, fd, access) != nil {
		// It is not a folder. If this fails too, the program does not start.
		_ = allow(rules, fd, access&^unix.LANDLOCK_ACCESS_FS_READ_DIR)
	}
}

func allow(rules, fd int, access uint64) error {
	attr := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// libraryFolders returns where else a program and its libraries may be: next to
// it, in lib next to its folder, and where the environment says. A folder such as
// ~/bin is not allowed as a whole.
func libraryFolders(program string) []string {
	folders := []string{program}
	if real, err := filepath.EvalSymlinks(program); err == nil {
		folders = append(folders, real, filepath.Join(filepath.Dir(real), "../lib"))
	}
	for _, folder := range filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")) {
		if filepath.IsAbs(folder) {
			folders = append(folders, folder)
		}
	}
	return folders
}
