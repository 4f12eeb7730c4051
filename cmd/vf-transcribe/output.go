package main

import (
	"fmt"
	"io"

	"voiceflow/internal/tool"
	"voiceflow/pkg/event"
)

// output writes results as JSON lines or as text alone.
type output struct {
	lines *event.Writer // nil: text
	text  io.Writer
}

func newOutput(format string, env *tool.Env) (*output, error) {
	switch format {
	case "jsonl":
		return &output{lines: event.NewWriter(env.Stdout)}, nil
	case "text":
		return &output{text: env.Stdout}, nil
	}
	return nil, fmt.Errorf("--output-format %q: use jsonl or text", format)
}

func (o *output) transcript(t *event.Transcript) error {
	if o.lines != nil {
		return o.lines.Write(t)
	}
	if t.Text == "" {
		return nil
	}
	_, err := fmt.Fprintln(o.text, t.Text)
	return err
}

func (o *output) failure(f *event.Failure) error {
	if o.lines == nil {
		return nil // the log has it
	}
	return o.lines.Write(f)
}

// pass hands on what is not for this program.
func (o *output) pass(r event.Record) error {
	if o.lines == nil {
		return nil
	}
	return o.lines.Write(r)
}
