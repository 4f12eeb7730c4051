package input

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"voiceflow/pkg/audio"
)

// ffmpeg is a process that decodes a file or a stream to WAV.
type ffmpeg struct {
	child     *child
	out       *os.File
	log       *ffmpegLog
	feed      *feed // nil when reading a file
	patience  patience
	hasOutput bool // it has produced samples
	strict    bool // a guessed format is an error
	ended     bool
	result    error // once ended; io.EOF if all is well
}

// start runs the process and feeds it.
func (f *ffmpeg) start(cmd *exec.Cmd, in ffmpegInput, confine bool) error {
	out, toOut, err := os.Pipe()
	if err != nil {
		return err
	}
	defer toOut.Close()
	cmd.Stdout = toOut
	var to io.WriteCloser
	if in.stream == nil {
		cmd.Stdin = in.file
	} else if to, err = cmd.StdinPipe(); err != nil {
		out.Close()
		return err
	}
	if f.child, err = launch(cmd, in.file, confine); err != nil {
		out.Close()
		return err
	}
	f.out, f.patience.activity = out, f.child.activity
	if in.stream != nil {
		f.feed = startFeed(to, in.stream)
	}
	return nil
}

// errUnreadable means that ffmpeg could not read its input.
var errUnreadable = errors.New("neither WAV nor anything that ffmpeg can read")

// Read returns io.EOF only if ffmpeg has read all of its input successfully.
func (f *ffmpeg) Read(p []byte) (int, error) {
	if f.ended {
		return 0, f.result
	}
	if err := f.log.badRate(); err != nil {
		return 0, f.end(err)
	}
	n, err := f.patience.read(f.out, p, f.feed)
	switch {
	case n > 0 || err == nil:
		return n, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, f.end(f.stalled())
	case err != io.EOF:
		return 0, err
	}
	f.ended, f.result = true, f.wait()
	f.out.Close()
	return 0, f.result
}

// stalled is the error about a process that takes too long.
func (f *ffmpeg) stalled() error {
	err := errors.New("ffmpeg was ended: it took too long")
	if f.hasOutput {
		return fmt.Errorf("%w: %w", audio.ErrTruncated, err)
	}
	return fmt.Errorf("%w: %w", errUnreadable, err)
}

// wait waits for the process to exit; the error is io.EOF if all is well.
func (f *ffmpeg) wait() error {
	err := f.child.wait()
	// It is fine for ffmpeg to stop reading early.
	if ferr := f.feed.err(); ferr != nil && !errors.Is(ferr, syscall.EPIPE) && !errors.Is(ferr, os.ErrClosed) {
		return ferr
	}
	bad := f.log.badRate()
	switch {
	case f.strict && f.log.guess:
		return ErrNotPCM
	case bad != nil:
		return bad
	case err == nil:
		return io.EOF
	case f.hasOutput:
		return fmt.Errorf("%w: ffmpeg stopped: %s", audio.ErrTruncated, f.log.reason(err))
	case f.log.noTrack:
		return errors.New(f.log.reason(err))
	}
	return fmt.Errorf("%w: %s", errUnreadable, f.log.reason(err))
}

// end kills the process because of an error, which it returns.
func (f *ffmpeg) end(err error) error {
	f.ended, f.result = true, err
	f.out.Close() // what still writes to it ends, even if the signal does not reach it
	f.child.kill()
	return err
}

// Close ends the process; it may be called twice.
func (f *ffmpeg) Close() error {
	if !f.ended {
		_ = f.end(os.ErrClosed) // not an error here
	}
	return nil
}
