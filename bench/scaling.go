package main

import (
	"context"
	"fmt"
)

// scaleFiles measures different numbers of files in one call.
func scaleFiles(ctx context.Context, b *bench, m model) error {
	sentences, _, err := b.sentences(ctx, b.amount.few)
	if err != nil {
		return err
	}
	for _, n := range b.amount.fileCounts {
		if m.class != light && n > 100 {
			continue // covered by "Many files"
		}
		files, err := b.speech.Copies(sentences, n)
		if err != nil {
			return err
		}
		t := b.scaling("Time and memory by number of files", "Single sentences in one call, "+
			"with `vf-transcribe --profile speed` and with `whisper-cli -bs 1 -bo 1`.", "files")
		if err := b.scaled(ctx, t, m, fmt.Sprint(n),
			b.ourRun(m, files, "--profile", "speed"), b.theirRun(m, files, "-bs", "1", "-bo", "1")); err != nil {
			return err
		}
	}
	return nil
}

// scaleLengths measures recordings of different lengths.
func scaleLengths(ctx context.Context, b *bench, m model) error {
	for _, seconds := range b.amount.lengths {
		long, err := b.speech.Long(ctx, seconds)
		if err != nil {
			return err
		}
		files := []string{long.File}
		t := b.scaling("Time and memory by length", "One recording, half of it silence, "+
			"with `vf-transcribe` and with `whisper-cli -bs 1 -bo 1 -mc 0`.", "length")
		if err := b.scaled(ctx, t, m, length(seconds),
			b.ourRun(m, files), b.theirRun(m, files, "-bs", "1", "-bo", "1", "-mc", "0")); err != nil {
			return err
		}
	}
	return nil
}

func length(seconds float64) string {
	if seconds < 60 {
		return fmt.Sprintf("%g s", seconds)
	}
	return fmt.Sprintf("%g min", seconds/60)
}

// scaling returns a table with both programs in each row.
func (b *bench) scaling(title, text, what string) *table {
	return b.report.table(title, text, "model", what,
		"vf-transcribe: seconds", "CPU seconds", "peak MB", "whisper-cli: seconds", "CPU seconds", "peak MB")
}

func (b *bench) scaled(ctx context.Context, t *table, m model, what string, ours, theirs []string) error {
	row := []string{m.name, what}
	for _, command := range [][]string{ours, theirs} {
		s, err := b.steady(ctx, command)
		if err != nil {
			return err
		}
		u := s.median()
		row = append(row, inSeconds(u.wall), inSeconds(u.processor), inMB(u.peak))
	}
	t.row(row...)
	return nil
}

// scaleJobs measures different numbers of parallel recognisers and of their threads.
func scaleJobs(ctx context.Context, b *bench, m model) error {
	n := b.amount.few
	if m.class != light {
		n = b.amount.sentences
	}
	_, files, err := b.sentences(ctx, n)
	if err != nil {
		return err
	}
	t := b.report.table("Time and memory by jobs and threads", "Single sentences with `vf-transcribe --profile speed`.",
		"model", "files", "-j", "-t", "seconds", "CPU seconds", "peak MB")
	for _, jobs := range []string{"1", "2"} {
		for _, threads := range []string{"1", "2"} {
			s, err := b.steady(ctx, b.ourRun(m, files, "--profile", "speed", "-j", jobs, "-t", threads))
			if err != nil {
				return err
			}
			u := s.median()
			t.row(m.name, fmt.Sprint(n), jobs, threads, inSeconds(u.wall), inSeconds(u.processor), inMB(u.peak))
		}
	}
	return nil
}
