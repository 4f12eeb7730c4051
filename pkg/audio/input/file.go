package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"voiceflow/internal/openfile"
)

// OpenFile opens a file: WAV directly, other formats and compressed WAV with
// ffmpeg. A named pipe is read as a stream; see [Options.Open]. Every error names
// the path; it may wrap [ErrNoFFmpeg].
func (o Options) OpenFile(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if named := (*os.PathError)(nil); errors.As(err, &named) {
		named.Op = "open" // "stat" means nothing to users
	}
	if err != nil {
		return nil, err
	}
	var r *Reader
	switch {
	case info.IsDir():
		err = errors.New("is a folder; name the files in it")
	case info.Mode().Type() == os.ModeNamedPipe:
		r, err = o.openPipe(path)
	case info.Mode().IsRegular():
		r, err = o.openRegular(path)
	default:
		err = errors.New("is a device or a socket; pipe what it delivers into standard input")
	}
	if err != nil {
		var named *os.PathError
		if errors.As(err, &named) && named.Path == path {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func (o Options) openRegular(path string) (*Reader, error) {
	file, err := openfile.Regular(path)
	if err != nil {
		return nil, err
	}
	r, err := o.openWAV(bufio.NewReader(file))
	if err == nil {
		r.closer, r.limit = file, durationLimit(o.MaxDuration)
		return r, nil
	}
	if ffmpegMayRead(err) {
		return o.fileFFmpeg(file, path)
	}
	file.Close()
	return nil, err
}

// openPipe opens a named pipe.
func (o Options) openPipe(path string) (*Reader, error) {
	file := &lateFile{path: path}
	var in io.Reader = file
	if o.Through != nil {
		in = o.Through(in)
	}
	r, err := o.Open(in)
	if err != nil {
		file.Close() // does nothing if it is still waiting to be opened
		return nil, err
	}
	r.closer = closers{r.closer, file}
	return r, nil
}

// closers closes several things; any may be nil.
type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, one := range c {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}

// lateFile opens its file on the first Read, because opening a named pipe blocks
// until there is a writer.
type lateFile struct {
	path   string
	mu     sync.Mutex
	file   *os.File
	closed bool
}

func (l *lateFile) Read(p []byte) (int, error) {
	if l.file == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	return l.file.Read(p)
}

func (l *lateFile) open() error {
	file, err := openfile.Stream(l.path)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed { // before there was a writer
		file.Close()
		return os.ErrClosed
	}
	l.file = file
	return nil
}

func (l *lateFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
