package main

import (
	"errors"
	"fmt"
	"io"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
)

// outputs are the destinations of the samples: PCM on standard output, WAV files, or
// both.
type outputs struct {
	pcm     io.Writer // nil: none
	files   []*audio.WAVFile
	live    bool // files get their names with the first samples, not at the end
	space   space
	written int64 // samples
}

func openOutputs(env *cmdline.Env, names []string, live bool) (*outputs, error) {
	out := &outputs{live: live, space: space{free: diskFree}}
	for _, name := range names {
		if name == "-" {
			if err := env.RefuseTerminal("raw audio", "pipe it into vf-vad, or write a file with -o FILE.wav"); err != nil {
				out.abort()
				return nil, err
			}
			if err := env.NeedOutput(); err != nil {
				out.abort()
				return nil, err
			}
			out.pcm = env.Stdout
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
	if o.pcm != nil {
		if err := audio.WritePCM(o.pcm, samples); err != nil {
			return cmdline.Exit(exitcode.NoTarget, fmt.Errorf("standard output: %w", err))
		}
	}
	if err := o.space.wrote(len(samples)); err != nil {
		return o.stopped(err)
	}
	return nil
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
