package main

import (
	"errors"
	"io"

	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
)

// outputs is where samples go: PCM to standard output, WAV files, or both.
type outputs struct {
	pcm   io.Writer // nil: not wanted
	files []*audio.WAVFile
}

func openOutputs(env *tool.Env, names []string) (*outputs, error) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	out := &outputs{}
	for _, name := range names {
		if name == "-" {
			if err := env.RefuseTerminal("raw audio", "pipe it into vf-vad, or write a file with -o FILE.wav"); err != nil {
				out.abort()
				return nil, err
			}
			out.pcm = env.Stdout
			continue
		}
		f, err := audio.CreateWAV(name)
		if err != nil {
			out.abort()
			return nil, tool.Exit(tool.NoTarget, err)
		}
		out.files = append(out.files, f)
	}
	return out, nil
}

func (o *outputs) write(samples []int16) error {
	for _, f := range o.files {
		if err := f.Write(samples); err != nil {
			return tool.Exit(tool.NoTarget, err)
		}
	}
	if o.pcm != nil {
		return audio.WritePCM(o.pcm, samples)
	}
	return nil
}

// close gives the files their names.
func (o *outputs) close() error {
	var errs []error
	for _, f := range o.files {
		errs = append(errs, f.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return tool.Exit(tool.NoTarget, err)
	}
	return nil
}

// abort leaves no file behind.
func (o *outputs) abort() {
	for _, f := range o.files {
		f.Abort()
	}
}
