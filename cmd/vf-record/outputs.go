package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// outputs are the destinations of the samples: a stream on standard output, WAV files, or
// both.
type outputs struct {
	stream  io.Writer     // nil: none
	records *event.Writer // writes the stream as JSON lines; nil: it is PCM
	started bool          // something has been written to the stream
	files   []*audio.WAVFile
	live    bool // files get their names with the first samples, not at the end
	space   space
	written int64 // samples
}

func openOutputs(env *cmdline.Env, cfg config) (*outputs, error) {
	out := &outputs{live: cfg.isLive(), space: space{free: diskFree}}
	for _, name := range cfg.outputs {
		if name == "-" {
			if err := env.RefuseTerminal("raw audio", "pipe it into vf-vad, or write a file with -o FILE.wav"); err != nil {
				out.abort()
				return nil, err
			}
			if err := env.NeedOutput(); err != nil {
				out.abort()
				return nil, err
			}
			out.stream = env.Stdout
			if cfg.outputFormat == formatJSONLines {
				out.records = event.NewStream(env.Stdout)
			}
			continue
		}
		f, err := audio.CreateWAV(name)
		if err != nil {
			out.abort()
			return nil, cmdline.Exit(exitcode.NoTarget, err)
		}
		out.files = append(out.files, f)
		out.space.files = append(out.space.files, f.Path())
	}
	return out, nil
}

// write writes at least one sample to all outputs: first to the files, so that they
// contain everything that a reader of the PCM has seen.
func (o *outputs) write(samples []int16) error {
	for _, f := range o.files {
		err := f.Write(samples)
		if err == nil && o.live {
			err = f.Publish()
		}
		if err != nil {
			return o.stopped(err)
		}
	}
	o.written += int64(len(samples))
	if err := o.writeStream(samples); err != nil {
		return err
	}
	if err := o.space.wrote(len(samples)); err != nil {
		return o.stopped(err)
	}
	return nil
}

// writeStream writes samples to standard output.
func (o *outputs) writeStream(samples []int16) error {
	if o.stream == nil {
		return nil
	}
	o.started = true
	var err error
	if o.records == nil {
		err = audio.WritePCM(o.stream, samples)
	} else {
		at := o.written - int64(len(samples))
		err = o.records.Write(&event.Audio{At: at, PCM: audio.EncodePCM(nil, samples)})
	}
	return streamError(err)
}

// mark writes a mark, which PCM and WAV files do not have.
func (o *outputs) mark(m *event.Mark) error {
	if o.records == nil {
		return nil
	}
	o.started = true
	return streamError(o.records.Write(m))
}

func streamError(err error) error {
	if err == nil {
		return nil
	}
	return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("standard output: %w", err))
}

// endEmpty tells the next program of a pipeline that nothing was recorded, unless it has
// received something. Without a single byte, that program would report an error.
func (o *outputs) endEmpty() error {
	switch {
	case o.stream == nil || o.started:
		return nil
	case o.records == nil:
		return writeEmpty(o.stream)
	}
	return errors.Join(o.mark(&event.Mark{Mark: event.MarkBegin}), o.mark(&event.Mark{Mark: event.MarkEnd}))
}

// end writes the last line of the stream, and returns err, if any, with its own error.
func (o *outputs) end(err error) error {
	if o.records == nil {
		return err
	}
	last := &event.End{Samples: o.written}
	if err != nil {
		last.Incomplete, last.Reason = true, err.Error()
	}
	return cmp.Or(err, streamError(o.records.End(last)))
}

// endStream ends the stream for its reader. The descriptor stays in use, so that no other
// file gets its number.
func (o *outputs) endStream() {
	f, isFile := o.stream.(*os.File)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil || !isFile {
		return // it ends with the process
	}
	defer null.Close()
	_ = unix.Dup2(int(null.Fd()), int(f.Fd()))
}

// writeEmpty writes a recording without samples.
func writeEmpty(w io.Writer) error {
	_, err := io.WriteString(w, audio.EmptyWAV)
	return err
}

// stopped adds to a file's error how much was recorded.
func (o *outputs) stopped(err error) error {
	return cmdline.Exit(exitcode.NoTarget,
		fmt.Errorf("%w; the %.1f s recorded so far are kept", err, audio.Seconds(o.written)))
}

// close completes the files.
func (o *outputs) close() error {
	var errs []error
	for _, f := range o.files {
		errs = append(errs, f.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return cmdline.Exit(exitcode.NoTarget, err)
	}
	return nil
}

// abort removes the files.
func (o *outputs) abort() {
	for _, f := range o.files {
		f.Abort()
	}
}
