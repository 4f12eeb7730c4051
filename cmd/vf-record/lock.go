package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// lock is the file that the one vf-record --toggle of a user which records has
// locked. The locks are fcntl's, not flock's, because the kernel tells who
// holds them: the number in the file, which is for people, may be that of a
// process long dead. Byte 0 is held by who records, byte 1 by who has told
// that one to stop.
type lock struct{ file *os.File }

const (
	recordByte = 0
	stopByte   = 1
)

func openLock() (*lock, error) {
	folder, err := runtimeFolder()
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(folder, "record.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock of --toggle: %w", err)
	}
	return &lock{file}, nil
}

// runtimeFolder is where a user's programs meet; nobody else may write there.
func runtimeFolder() (string, error) {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("voiceflow-%d", os.Getuid()))
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		folder = filepath.Join(dir, "voiceflow")
	}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("folder for the lock of --toggle: %w", err)
	}
	var info unix.Stat_t
	if err := unix.Lstat(folder, &info); err != nil {
		return "", fmt.Errorf("folder for the lock of --toggle: %s: %w", folder, err)
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR || int(info.Uid) != os.Getuid() || info.Mode&0o022 != 0 {
		return "", fmt.Errorf("%s: not a folder that only you may write to; remove it, or set XDG_RUNTIME_DIR", folder)
	}
	return folder, nil
}

// claim takes a byte of the file, if nobody holds it, until the process ends
// or release.
func (l *lock) claim(at int64) (bool, error) {
	err := unix.FcntlFlock(l.file.Fd(), unix.F_SETLK, request(unix.F_WRLCK, at))
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	return true, nil
}

// holder is the process that records, or 0. Who only waits, as wait does, is
// none.
func (l *lock) holder() (pid int, err error) {
	q := request(unix.F_WRLCK, recordByte)
	if err := unix.FcntlFlock(l.file.Fd(), unix.F_GETLK, q); err != nil {
		return 0, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	if q.Type != unix.F_WRLCK {
		runtime.Gosched()
		return 0, nil
	}
	if q.Pid <= 0 {
		return 0, fmt.Errorf("lock %s: held by a process that cannot be seen from here, in another container?", l.file.Name())
	}
	return int(q.Pid), nil
}

// wait returns when nobody records any more.
func (l *lock) wait() error {
	for {
		err := unix.FcntlFlock(l.file.Fd(), unix.F_SETLKW, request(unix.F_RDLCK, recordByte))
		if !errors.Is(err, unix.EINTR) {
			return errors.Join(err, unix.FcntlFlock(l.file.Fd(), unix.F_SETLK, request(unix.F_UNLCK, recordByte)))
		}
	}
}

func request(kind int16, at int64) *unix.Flock_t {
	return &unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: at, Len: 1}
}

// sign writes this process's number into the file.
func (l *lock) sign() error {
	pid := fmt.Sprintf("%d\n", os.Getpid())
	if _, err := l.file.WriteAt([]byte(pid), 0); err != nil {
		return fmt.Errorf("lock of --toggle: %w", err)
	}
	return l.file.Truncate(int64(len(pid)))
}

// release closes the file, and with it the locks.
func (l *lock) release() { l.file.Close() }
