package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// OpenFile opens a file: WAV by itself, other formats and what WAV is not read
// here (compressed audio) with ffmpeg. What is not a regular file, such as a
// named pipe, is read as a stream, once and from its beginning. Each error
// names the path; one of them is [ErrNoFFmpeg].
func (o Options) OpenFile(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if named := (*os.PathError)(nil); errors.As(err, &named) {
		named.Op = "open" // as which a person knows it
	}
	if err != nil {
		return nil, err
	}
	var r *Reader
	if info.Mode().IsRegular() || info.IsDir() {
		r, err = o.openRegular(path, info)
	} else {
		r, err = o.openPipe(path)
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

func (o Options) openRegular(path string, info os.FileInfo) (*Reader, error) {
	if info.IsDir() {
		return nil, errors.New("is a folder; name the files in it")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := o.openWAV(bufio.NewReader(file))
	if err == nil {
		r.closer = file
		return r, nil
	}
	file.Close()
	if forFFmpeg(err) {
		return o.fileFFmpeg(path)
	}
	return nil, err
}

// openPipe reads a pipe or a device by its name.
func (o Options) openPipe(path string) (*Reader, error) {
	file := &lateFile{path: path}
	var in io.Reader = file
	if o.Through != nil {
		in = o.Through(in)
	}
	r, err := o.Open(in)
	if err != nil {
		file.Close() // unless it still waits to be opened
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

// lateFile is opened with its first read: a named pipe waits to be opened, until
// something writes to it.
type lateFile struct {
	path string
	mu   sync.Mutex
	file *os.File
}

func (l *lateFile) Read(p []byte) (int, error) {
	if l.file == nil {
		file, err := os.Open(l.path)
		if err != nil {
			return 0, err
		}
		l.mu.Lock()
		l.file = file
		l.mu.Unlock()
	}
	return l.file.Read(p)
}

func (l *lateFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
