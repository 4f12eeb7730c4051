package openfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrAppends is wrapped by errors about descriptors that only append.
var ErrAppends = errors.New("it is opened for appending (>>)")

// IsOpenFile reports whether a path that [Resolve] has returned is a descriptor of
// this process which leads to a regular file, such as /dev/stdout in a shell's
// >file.
func IsOpenFile(target string) bool {
	_, is := descriptor(target)
	info, err := os.Stat(target)
	return is && err == nil && info.Mode().IsRegular()
}

// IsDescriptor reports whether a path that [Resolve] has returned is a certain
// descriptor of this process.
func IsDescriptor(target string, fd int) bool {
	named, is := descriptor(target)
	return is && named == fd
}

// DescriptorPath returns a path of a descriptor of this process.
func DescriptorPath(fd int) string { return "/dev/fd/" + strconv.Itoa(fd) }

// OpenFile opens another descriptor of a file for which [IsOpenFile] is true, and
// drops what the file has after the current position. The two share the position.
// What a descriptor for appending has is kept.
func OpenFile(target string) (*os.File, error) {
	f, appends, err := openDescriptor(target)
	if err != nil || appends {
		return f, err
	}
	position, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		err = f.Truncate(position)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Share is like [OpenFile], but keeps everything that the file has.
func Share(target string) (*os.File, error) {
	f, _, err := openDescriptor(target)
	return f, err
}

// OpenWhole is like [OpenFile], but for writing a file at any position, from its
// beginning. The error is ErrAppends if that is impossible.
func OpenWhole(target string) (*os.File, error) {
	f, appends, err := openDescriptor(target)
	if err != nil {
		return nil, err
	}
	position, err := f.Seek(0, io.SeekCurrent)
	switch {
	case err != nil:
	case appends:
		err = &fs.PathError{Op: "open", Path: target, Err: ErrAppends}
	case position != 0:
		err = &fs.PathError{Op: "open", Path: target, Err: errors.New("something has been written to it already")}
	default:
		err = f.Truncate(0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func openDescriptor(target string) (f *os.File, appends bool, err error) {
	fd, is := descriptor(target)
	if !is {
		return nil, false, &fs.PathError{Op: "open", Path: target, Err: fs.ErrInvalid}
	}
	return duplicate(fd, target)
}

// descriptor returns the descriptor of this process that a resolved path names:
// below /proc on Linux, below /dev elsewhere.
func descriptor(target string) (fd int, is bool) {
	own := "/proc/" + strconv.Itoa(os.Getpid())
	target = filepath.Clean(target)
	for _, folder := range []string{"/proc/self/fd/", "/proc/thread-self/fd/", own + "/fd/", "/dev/fd/"} {
		if number, found := strings.CutPrefix(target, folder); found {
			fd, err := strconv.Atoi(number)
			return fd, err == nil && fd >= 0
		}
	}
	return 0, false
}
