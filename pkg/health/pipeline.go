package health

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/pkg/event"
)

// Pipeline is vf-record | vf-vad | vf-transcribe | vf-paste as processes.
type Pipeline struct {
	Dir      string // folder of the programs; empty: they are looked up in PATH
	Realtime bool   // replay as slowly as a microphone hears
	Model    string // for vf-transcribe; empty: its default
}

// Replay sends a recording through the pipeline. Each text goes to words as
// vf-paste gives it out.
func (p Pipeline) Replay(ctx context.Context, rec Recording, words io.Writer) (*Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	record := []string{"--input", rec.Path}
	if p.Realtime {
		record = append(record, "--realtime")
	}
	var transcribe []string
	if p.Model != "" {
		transcribe = []string{"--model", p.Model}
	}
	stages := []*stage{
		p.stage(ctx, "vf-record", record...),
		p.stage(ctx, "vf-vad"),
		p.stage(ctx, "vf-transcribe", transcribe...),
		p.stage(ctx, "vf-paste", "--method", "stdout"),
	}
	transcripts, paste, err := connect(stages, words)
	if err != nil {
		return nil, err
	}
	defer closeAll(stages)
	// The recogniser is there before the first word is: start from the back.
	for i := len(stages) - 1; i >= 0; i-- {
		if err := stages[i].Start(); err != nil {
			return nil, fmt.Errorf("%s does not start: %w; build the programs with make, or name their folder with --programs", stages[i].name, err)
		}
		stages[i].closeOurs()
	}
	started := time.Now()

	report := &Report{Recording: rec}
	in := event.NewReader(transcripts)
	out := event.NewWriter(paste)
	for in.Scan() {
		if t, ok := in.Record().(*event.Transcript); ok {
			report.add(t)
			if p.Realtime {
				report.Latencies = append(report.Latencies, time.Since(started)-duration(t.End))
			}
		}
		if err := out.Write(in.Record()); err != nil {
			return nil, fmt.Errorf("vf-paste: %w", err)
		}
	}
	err = errors.Join(in.Err(), paste.Close())
	for _, s := range stages {
		err = errors.Join(err, s.wait())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rec.Name, err)
	}
	report.compare()
	return report, nil
}

// stage is one process of the pipeline.
type stage struct {
	*exec.Cmd
	name string
	ours []*os.File // ends of pipes that the process has a copy of
	said bytes.Buffer
}

func (p Pipeline) stage(ctx context.Context, name string, args ...string) *stage {
	path := name
	if p.Dir != "" {
		path = filepath.Join(p.Dir, name)
	}
	s := &stage{Cmd: exec.CommandContext(ctx, path, args...), name: name}
	s.Stderr = &s.said
	return s
}

// connect joins the stages by pipes. Between recogniser and paste stands this
// process: it reads the transcripts and writes them on.
func connect(stages []*stage, words io.Writer) (transcripts io.Reader, paste io.WriteCloser, err error) {
	record, vad, transcribe, last := stages[0], stages[1], stages[2], stages[3]
	if err := join(record, vad); err != nil {
		return nil, nil, err
	}
	if err := join(vad, transcribe); err != nil {
		return nil, nil, err
	}
	if transcripts, err = transcribe.StdoutPipe(); err != nil {
		return nil, nil, err
	}
	if paste, err = last.StdinPipe(); err != nil {
		return nil, nil, err
	}
	last.Stdout = words
	return transcripts, paste, nil
}

func join(from, to *stage) error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("pipe from %s to %s: %w", from.name, to.name, err)
	}
	from.Stdout, to.Stdin = w, r
	from.ours, to.ours = append(from.ours, w), append(to.ours, r)
	return nil
}

func (s *stage) closeOurs() {
	for _, f := range s.ours {
		f.Close()
	}
	s.ours = nil
}

func closeAll(stages []*stage) {
	for _, s := range stages {
		s.closeOurs()
	}
}

// wait turns a failed process into an error with what it said.
func (s *stage) wait() error {
	err := s.Wait()
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: %s", s.name, err, strings.TrimSpace(s.said.String()))
}
