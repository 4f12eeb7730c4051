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

// lock is the lock file of a user's vf-record --toggle. It uses fcntl locks, not flock,
// because the kernel reports their holder: the process ID in the file is only for
// people, and may be that of a dead process. The recording process holds byte 0, and
// the process that has told it to stop holds byte 1.
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
		return nil, fmt.Errorf("lock for --toggle: %w", err)
	}
	return &lock{file}, nil
}

// runtimeFolder returns the folder for the lock, which only this user may write to.
func runtimeFolder() (string, error) {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("voiceflow-%d", os.Getuid()))
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		folder = filepath.Join(dir, "voiceflow")
	}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("folder for the --toggle lock: %w", err)
	}
	var info unix.Stat_t
	if err := unix.Lstat(folder, &info); err != nil {
		return "", fmt.Errorf("folder for the --toggle lock: %s: %w", folder, err)
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR || int(info.Uid) != os.Getuid() || info.Mode&0o022 != 0 {
		return "", fmt.Errorf("%s: not a folder that only you may write to; remove it, or set XDG_RUNTIME_DIR", folder)
	}
	return folder, nil
}

// claim locks a byte of the file, if it is free, until the process ends or calls
// release. It reports whether it succeeded.
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

// holder returns the ID of the recording process, or 0. A process in wait does not
// count.
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
		return 0, fmt.Errorf("lock %s: held by an invisible process, perhaps in another container; stop it there",
			l.file.Name())
	}
	return int(q.Pid), nil
}

// wait returns when no process is recording.
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

// sign writes the ID of this process into the file.
func (l *lock) sign() error {
	pid := fmt.Sprintf("%d\n", os.Getpid())
	if _, err := l.file.WriteAt([]byte(pid), 0); err != nil {
		return fmt.Errorf("lock for --toggle: %w", err)
	}
	return l.file.Truncate(int64(len(pid)))
}

// release closes the file, which releases the locks.
func (l *lock) release() { l.file.Close() }
