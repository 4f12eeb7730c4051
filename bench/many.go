package main

import (
	"context"
	"fmt"
)

// manyFiles checks whether the time per file grows with the number of files. The many files are
// copies of the few, so that the work per file is the same.
func manyFiles(ctx context.Context, b *bench, m model) error {
	sentences, files, err := b.sentences(ctx, b.amount.few)
	if err != nil {
		return err
	}
	copies, err := b.speech.Copies(sentences, b.amount.many)
	if err != nil {
		return err
	}
	few, many := b.ourRun(m, files, "--profile", "speed"), b.ourRun(m, copies, "--profile", "speed")
	if _, err := b.runner.run(ctx, few, nil); err != nil { // warms up for both
		return err
	}
	rounds := b.rounds(m)
	if m.class != light {
		rounds = 1 // takes minutes already
	}
	s, err := b.runInTurn(ctx, rounds, few, many)
	if err != nil {
		return err
	}
	t := b.report.table("Many files", "Short files in one call, and ten times as many. The work per file is the same.",
		"model", "files", "seconds", "seconds per file", "peak MB")
	for i, n := range []int{len(files), len(copies)} {
		u := s[i].median()
		t.row(m.name, fmt.Sprint(n), inSeconds(u.wall), fmt.Sprintf("%.4f", u.wall/float64(n)), inMB(u.peak))
	}
	times := len(copies) / len(files)
	b.report.claimAtMost(m, fmt.Sprintf("%d files: time relative to %d times that of %d", len(copies), times, len(files)),
		s[1].ratioTo(s[0], wall)/float64(times), 1.02)
	return nil
}

// refresh measures the cost of replacing a recogniser every five transcriptions.
func refresh(ctx context.Context, b *bench, m model) error {
	_, files, err := b.sentences(ctx, b.amount.refreshings)
	if err != nil {
		return err
	}
	s, err := b.takeTurns(ctx, b.rounds(m),
		b.ourRun(m, files, "--refresh-every", "5"), b.ourRun(m, files, "--refresh-every", "0"))
	if err != nil {
		return err
	}
	t := b.report.table("Replacing recognisers",
		fmt.Sprintf("%d single sentences, replacing the recogniser every five sentences, and never.", len(files)),
		"model", "replaced", "seconds", "CPU seconds", "peak MB")
	for i, name := range []string{"every 5", "never"} {
		u := s[i].median()
		t.row(m.name, name, inSeconds(u.wall), inSeconds(u.processor), inMB(u.peak))
	}
	ratio := s[0].ratioTo(s[1], wall)
	b.report.claim(m, "recogniser replaced every 5: time relative to never", "< 1.02",
		fmt.Sprintf("%.3f", ratio), ratio < 1.02)
	return nil
}
