package main

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/prose"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// sink writes transcripts according to the plan: to files, with one result line per
// file, or to standard output.
type sink struct {
	*plan
	env      *cmdline.Env
	stream   bool // only standard input
	lines    *event.Writer
	progress *progress

	screen    *screen // nil: transcripts go elsewhere, or the user chose a format
	readable  bool    // write result lines for a person, not as JSON
	showsFile bool    // start each line of text with the name of its file

	written  int // transcripts on standard output
	results  int // lines about files whose transcripts are in other files
	failures int // lines about errors
}

// newSink creates the plan's folder. Its errors carry their exit codes.
func newSink(env *cmdline.Env, c *cli.Context, w *work, p *plan) (*sink, error) {
	terminal, several := cmdline.IsTerminal(env.Stdout), len(w.all) > 1
	s := &sink{
		plan: p, env: env, stream: w.stream, lines: event.NewStream(cmdline.Shown(env.Stdout)), progress: newProgress(env, w),
		showsFile: several, readable: p.files && terminal,
	}
	if !p.files && terminal && !c.IsSet("output-format") {
		p.formats, s.screen = []string{plainText}, &screen{out: env.Stdout, several: several}
	}
	if p.folder != "" {
		if err := os.MkdirAll(p.folder, 0o777); err != nil {
			return nil, cmdline.Exit(exitcode.NoTarget, fmt.Errorf("--output-dir: %w", err))
		}
	}
	return s, nil
}

// sayStopping tells a person at the first interrupt what is still being done, until ended
// is called.
func (s *sink) sayStopping() (ended func()) {
	done := make(chan struct{})
	var said sync.WaitGroup
	said.Go(func() {
		select {
		case <-s.env.Stop:
			s.progress.stopping()
		case <-done:
		}
	})
	return func() {
		close(done)
		said.Wait()
	}
}

// refused tells vf-paste, in a pipeline, why nothing can be transcribed, because a shell
// shows only the exit code of the last program. It returns err.
func (s *sink) refused(err error) error {
	if s.stream {
		_ = s.failure(&event.Failure{Error: err.Error()}) // err matters more
	}
	_ = s.end(err)
	return err
}

// end writes the last of the JSON lines. why is the reason if lines are missing, or nil.
func (s *sink) end(why error) error {
	if !s.writesLines() || s.readable || s.screen != nil {
		return nil
	}
	last := &event.End{Transcripts: s.written + s.results, Errors: s.failures}
	if why != nil {
		last.Incomplete, last.Reason = true, why.Error()
	}
	if why != nil && !s.stream && s.written+s.results+s.failures == 0 {
		return nil // nobody waits for the lines of files
	}
	return s.lines.End(last)
}

// transcript writes the transcript of an item. A *writeError does not prevent the
// following transcripts from being written.
func (s *sink) transcript(it *transcribe.Item, t *event.Transcript) error {
	defer s.progress.step(it.File, t.Duration)
	if s.screen != nil {
		s.progress.clear() // the text goes to the same terminal
		return s.screen.end(it, t)
	}
	if !s.files {
		return s.print(t)
	}
	if err := s.write(it, t); err != nil {
		return &writeError{err}
	}
	return s.result(&event.Result{
		ID: t.ID, File: t.File, Outputs: placeOf(it).outputs,
		Language: t.Language, Duration: t.Duration, Model: t.Model, Device: t.Device,
		Retries: t.Retries, Degraded: t.Degraded, Uncovered: t.Uncovered, Dropped: t.Dropped,
		ProcessingSeconds: t.ProcessingSeconds, SpeedFactor: t.SpeedFactor,
	})
}

// incomplete writes a partial transcript to standard output: an output folder only
// gets complete ones.
func (s *sink) incomplete(t *event.Transcript) error {
	s.progress.clear()
	if s.folder == "" && s.formats[0] != jsonLines {
		return s.print(t)
	}
	s.written++
	_, err := s.pass(t)
	return err
}

func (s *sink) print(t *event.Transcript) error {
	if s.written++; s.written > 1 && !s.canConcatenate() {
		return cmdline.Exit(exitcode.Usage,
			fmt.Errorf("--output-format %s holds only one transcript, and there are several; use jsonl or text", s.formats[0]))
	}
	s.progress.clear() // the transcript may go to the same terminal
	if s.formats[0] == jsonLines {
		err := s.lines.Write(t)
		if errors.Is(err, event.ErrRecord) {
			s.written--
		}
		return err
	}
	if s.formats[0] != plainText {
		return format.Write(cmdline.Shown(s.env.Stdout), s.formats[0], t)
	}
	if t.Text == "" {
		return nil
	}
	text := format.Line(t.Text)
	if s.showsFile && t.File != "" {
		text = prose.Line(t.File) + ": " + text
	}
	_, err := fmt.Fprintln(cmdline.Shown(s.env.Stdout), text)
	return err
}

// draft shows a transcript in progress on a terminal.
func (s *sink) draft(it *transcribe.Item, t *event.Transcript) error {
	if s.screen != nil {
		s.progress.clear() // the text goes to the same terminal
		if err := s.screen.show(it, t); err != nil {
			return err
		}
	}
	s.progress.at(it.File, t.Segments[len(t.Segments)-1].End)
	return nil
}

// partial writes the text so far of an utterance that goes on.
func (s *sink) partial(p *event.Partial) error {
	if s.screen != nil {
		return s.screen.partial(p)
	}
	_, err := s.pass(p)
	return err
}

func (s *sink) failure(f *event.Failure) error {
	defer s.progress.step(f.File, 0)
	if s.screen != nil {
		return s.screen.clear() // the failure is in the log
	}
	if s.readable {
		return nil // it is in the log
	}
	_, err := s.pass(f)
	return err
}

// pass passes on a record meant for another program or, if it does not fit into a line, a
// failure, which it returns.
func (s *sink) pass(r event.Record) (*event.Failure, error) {
	if s.screen != nil {
		return nil, s.screen.clear()
	}
	if !s.writesLines() {
		return nil, nil
	}
	failure, err := s.lines.Pass(r)
	if _, failed := r.(*event.Failure); failed || failure != nil {
		s.failures++
	}
	return failure, err
}

func (s *sink) writesLines() bool { return s.files || s.formats[0] == jsonLines }
