package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// lock is the lock file of a user's recorder. It uses fcntl locks, not flock, because the
// kernel reports their holder: the process ID in the file is only for people, and may be
// that of a dead process.
type lock struct{ file *os.File }

func openLock() (*lock, error) {
	folder, err := runtimeFolder()
	if err != nil {
		return nil, err
	}
	file, err := openfile.ReadWrite(filepath.Join(folder, "record.lock"), 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock of the recorder: %w", err)
	}
	return &lock{file}, nil
}

// runtimeFolder returns the folder for the lock and the socket, which only this user may
// enter.
func runtimeFolder() (string, error) {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("voiceflow-%d", os.Getuid()))
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		folder = filepath.Join(dir, "voiceflow")
	}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("folder of the recorder: %w", err)
	}
	var info unix.Stat_t
	if err := unix.Lstat(folder, &info); err != nil {
		return "", fmt.Errorf("folder of the recorder: %s: %w", folder, err)
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR || int(info.Uid) != os.Getuid() || info.Mode&0o022 != 0 {
		return "", fmt.Errorf("%s: not a folder that only you may write to; remove it, or set XDG_RUNTIME_DIR", folder)
	}
	if info.Mode&0o077 != 0 {
		// #nosec G302 -- a folder
		if err := os.Chmod(folder, 0o700); err != nil {
			return "", fmt.Errorf("folder of the recorder: %w", err)
		}
	}
	return folder, nil
}

// socket returns the path of the recorder's socket.
func (l *lock) socket() string { return filepath.Join(filepath.Dir(l.file.Name()), "record.sock") }

// claim makes this process the recorder, if there is none, until it ends or calls release.
// It reports whether it succeeded.
func (l *lock) claim() (bool, error) {
	err := unix.FcntlFlock(l.file.Fd(), unix.F_SETLK, writeLock())
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	return true, l.sign()
}

// holder returns the process ID of the recorder, or 0 if there is none.
func (l *lock) holder() (pid int, err error) {
	q := writeLock()
	if err := unix.FcntlFlock(l.file.Fd(), unix.F_GETLK, q); err != nil {
		return 0, fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	if q.Type != unix.F_WRLCK {
		return 0, nil
	}
	if q.Pid <= 0 {
		return 0, fmt.Errorf("lock %s: held by an invisible process, perhaps in another container; stop it there",
			l.file.Name())
	}
	return int(q.Pid), nil
}

func writeLock() *unix.Flock_t {
	return &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: 0, Len: 1}
}

// sign writes the ID of this process into the file.
func (l *lock) sign() error {
	pid := fmt.Sprintf("%d\n", os.Getpid())
	if _, err := l.file.WriteAt([]byte(pid), 0); err != nil {
		return fmt.Errorf("lock of the recorder: %w", err)
	}
	return l.file.Truncate(int64(len(pid)))
}

// release closes the file, which releases the locks.
func (l *lock) release() { l.file.Close() }

// stopFile returns the path of the note of the latest stop.
func (l *lock) stopFile() string { return filepath.Join(filepath.Dir(l.file.Name()), "record.stop") }

// noteStop leaves a note that the key was released, for a start whose process this one
// has overtaken.
func (l *lock) noteStop(when moment) error {
	if l.stoppedAfter(when) {
		return nil
	}
	note, err := json.Marshal(when)
	if err != nil {
		return err
	}
	return wholefile.Write(l.stopFile(), note, 0o600)
}

// noteTime is how long a start may take to arrive after its stop. Older notes may be from
// before the machine was started.
const noteTime = time.Minute

// stoppedAfter reports whether a stop that was pressed later has been noted.
func (l *lock) stoppedAfter(when moment) bool {
	info, err := os.Stat(l.stopFile())
	if err != nil || time.Since(info.ModTime()) > noteTime {
		return false
	}
	note, err := openfile.ReadAll(l.stopFile(), 4096)
	if err != nil {
		return false
	}
	var stop moment
	return json.Unmarshal(note, &stop) == nil && stop.compare(when) > 0
}
