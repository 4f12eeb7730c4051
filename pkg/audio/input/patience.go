package input

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"voiceflow/pkg/audio"
)

// patience limits the time that a decoder may take. Only time spent waiting for it
// counts, not the time that its reader takes, or that it waits for a stream.
type patience struct {
	silence time.Duration // without output
	slack   time.Duration // in all, in addition to the duration of the output; 0: no limit
	waited  time.Duration
	bytes   int64 // read so far, four per sample or more
}

// read reads from out. The error is os.ErrDeadlineExceeded if the decoder, which
// reads from feed if that is not nil, takes too long.
func (p *patience) read(out *os.File, buf []byte, feed *feed) (n int, err error) {
	began := time.Now()
	for {
		if err := out.SetReadDeadline(time.Now().Add(p.left())); err != nil {
			return 0, err
		}
		n, err = out.Read(buf)
		if !errors.Is(err, os.ErrDeadlineExceeded) || !feed.isWaiting() {
			break
		}
	}
	p.waited += time.Since(began)
	p.bytes += int64(n)
	return n, err
}

// left is how long the decoder may take for its next output.
func (p *patience) left() time.Duration {
	if p.slack == 0 {
		return p.silence
	}
	produced := time.Duration(audio.Seconds(p.bytes/4) * float64(time.Second))
	return min(p.silence, max(p.slack+produced-p.waited, 0))
}

// feed copies a stream to a process. A nil feed has nothing to copy.
type feed struct {
	waiting atomic.Bool  // for the stream
	bytes   atomic.Int64 // read from the stream
	done    chan error   // how it ended
}

func startFeed(to io.WriteCloser, from io.Reader) *feed {
	f := &feed{done: make(chan error, 1)}
	go func() {
		f.done <- f.copy(to, from)
		to.Close()
	}()
	return f
}

func (f *feed) copy(to io.Writer, from io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		f.waiting.Store(true)
		n, err := from.Read(buf)
		f.waiting.Store(false)
		f.bytes.Add(int64(n))
		if _, err := to.Write(buf[:n]); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (f *feed) isWaiting() bool { return f != nil && f.waiting.Load() }

// err returns how the copy ended, or nil if it has not.
func (f *feed) err() error {
	if f == nil {
		return nil
	}
	select {
	case err := <-f.done:
		return err
	default:
		return nil
	}
}
