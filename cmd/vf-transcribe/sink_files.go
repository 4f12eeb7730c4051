package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/internal/prose"
	"voiceflow/internal/transcribe"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// writeError is the failure to write the transcript of one file.
type writeError struct{ error }

func (e *writeError) Unwrap() error { return e.error }

// write writes the outputs of an item.
func (s *sink) write(it *transcribe.Item, t *event.Transcript) error {
	at := placeOf(it)
	if err := os.MkdirAll(filepath.Dir(at.stem), 0o777); err != nil {
		return fmt.Errorf("%s: %w", it.File, err)
	}
	// Another process may have written here since the place was planned.
	if _, err := s.mayWrite(it.File, at); err != nil {
		return err
	}
	partial := at.source
	partial.size = unfinished
	if err := writeSource(at.stem, partial); err != nil {
		return fmt.Errorf("%s: %w", it.File, err)
	}
	for i, path := range at.outputs {
		if err := writeFile(path, s.formats[i], t); err != nil {
			return fmt.Errorf("%s: %w", it.File, err)
		}
	}
	if at.source.size == unfinished {
		return nil
	}
	if err := writeSource(at.stem, at.source); err != nil {
		return fmt.Errorf("%s: %w", it.File, err)
	}
	return nil
}

// writeFile writes a transcript atomically, so that there is never half of it under
// its name.
func writeFile(path, name string, t *event.Transcript) error {
	var text strings.Builder
	if err := format.Write(&text, name, t); err != nil {
		return err
	}
	return wholefile.Write(path, []byte(text.String()), 0o666)
}

// result writes the result line of a file.
func (s *sink) result(r *event.Result) error {
	s.progress.clear()
	if !s.readable {
		err := s.lines.Write(r)
		if err == nil {
			s.results++
		}
		return err
	}
	outputs := prose.Line(strings.Join(r.Outputs, ", "))
	if r.Skipped {
		outputs += " (already there, skipped)"
	}
	_, err := fmt.Fprintf(s.env.Stdout, "%s: %s\n", prose.Line(r.File), outputs)
	return err
}

func (s *sink) skip(it *transcribe.Item) error {
	defer s.progress.step(it.File, 0)
	return s.result(&event.Result{ID: it.ID, File: it.File, Outputs: placeOf(it).outputs, Skipped: true})
}
