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
// ffmpeg. A named pipe or a device is read as a stream; see [Options.Open].
// Every error names the path; it may wrap [ErrNoFFmpeg].
func (o Options) OpenFile(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if named := (*os.PathError)(nil); errors.As(err, &named) {
		named.Op = "open" // "stat" means nothing to users
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
	file, err := openfile.Regular(path)
	if err != nil {
		return nil, err
	}
	r, err := o.openWAV(bufio.NewReader(file))
	if err == nil {
		r.closer = file
		return r, nil
	}
	file.Close()
	if ffmpegMayRead(err) {
		return o.fileFFmpeg(path)
	}
	return nil, err
}

// openPipe opens a named pipe or a device.
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
