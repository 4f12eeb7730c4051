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
	first   time.Duration // before the first sound, if that is longer: storage may fetch the file first
	busy    time.Duration // without output although activity grows; 0: activity is not considered
	slack   time.Duration // in all, in addition to the duration of the output; 0: no limit

	activity func() int64 // grows while the decoder works; nil: unknown
	waited   time.Duration
	bytes    int64 // read so far, four per sample or more
}

const (
	// patienceSlice is the most that one wait counts. It takes longer if this program
	// is stopped in the meantime (Ctrl-Z).
	patienceSlice = time.Second
	// lastLook is how long to read after the time is up: output may have arrived
	// while this program was stopped.
	lastLook = 10 * time.Millisecond
	// noSound is the size of a WAV header, generously, in bytes.
	noSound = 1 << 10
)

// read reads from out. The error is os.ErrDeadlineExceeded if the decoder, which
// reads from feed if that is not nil, takes too long.
func (p *patience) read(out *os.File, buf []byte, feed *feed) (n int, err error) {
	var idle, silent time.Duration // without activity, and without output
	seen := p.progress()
	for {
		left := p.left(idle, silent)
		slice := max(min(left, patienceSlice), lastLook)
		began := time.Now()
		if err := out.SetReadDeadline(began.Add(slice)); err != nil {
			return 0, err
		}
		n, err = out.Read(buf)
		took := min(time.Since(began), slice)
		p.waited += took
		isWaiting := feed.isWaiting()
		if !errors.Is(err, os.ErrDeadlineExceeded) || left <= 0 && !isWaiting {
			break
		}
		idle, silent = idle+took, silent+took
		if isWaiting {
			idle, silent = 0, 0
		}
		if now := p.progress(); now != seen {
			idle, seen = 0, now
		}
	}
	p.bytes += int64(n)
	return n, err
}

func (p *patience) progress() int64 {
	if p.activity == nil || p.busy == 0 {
		return 0
	}
	return p.activity()
}

// left is how long the decoder may take for its next output, after some time
// without activity and without output.
func (p *patience) left(idle, silent time.Duration) time.Duration {
	left := p.silence - idle
	if p.bytes < noSound {
		left = max(p.silence, p.first) - idle
	}
	if p.busy > 0 {
		left = min(left, p.busy-silent)
	}
	if p.slack > 0 {
		produced := time.Duration(audio.Seconds(p.bytes/4) * float64(time.Second))
		left = min(left, p.slack+produced-p.waited)
	}
	return left
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

// newPatience returns how long to wait for ffmpeg.
func newPatience(file bool) patience {
	p := patience{first: 5 * time.Minute, silence: time.Minute, busy: 10 * time.Minute}
	if file {
		p.slack = 10 * time.Minute
	}
	return p
}
