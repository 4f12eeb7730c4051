package main

import (
	"context"
	"fmt"
)

// manyFiles finds out whether a file costs more when there are more of them.
// The many are the few again and again, so that each has the same work.
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
	s, err := b.inTurn(ctx, rounds, few, many)
	if err != nil {
		return err
	}
	t := b.report.table("Many files", "Short files in one call, and ten times as many. Both times are for the same work for each file.",
		"model", "files", "seconds", "seconds a file", "peak MB")
	for i, n := range []int{len(files), len(copies)} {
		u := s[i].median()
		t.row(m.name, fmt.Sprint(n), inSeconds(u.wall), fmt.Sprintf("%.4f", u.wall/float64(n)), inMB(u.peak))
	}
	times := len(copies) / len(files)
	b.report.most(m, fmt.Sprintf("%d files: time over %d times that of %d", len(copies), times, len(files)),
		s[1].over(s[0], wall)/float64(times), 1.02)
	return nil
}

// refresh finds out what it costs to start a recogniser anew every five
// transcriptions.
func refresh(ctx context.Context, b *bench, m model) error {
	_, files, err := b.sentences(ctx, b.amount.refreshings)
	if err != nil {
		return err
	}
	s, err := b.turns(ctx, b.rounds(m),
		b.ourRun(m, files, "--refresh-every", "5"), b.ourRun(m, files, "--refresh-every", "0"))
	if err != nil {
		return err
	}
	t := b.report.table("Recognisers started anew", fmt.Sprintf("%d single sentences, with a recogniser's state made anew every five, and never.", len(files)),
		"model", "anew", "seconds", "processor seconds", "peak MB")
	for i, name := range []string{"every 5", "never"} {
		u := s[i].median()
		t.row(m.name, name, inSeconds(u.wall), inSeconds(u.processor), inMB(u.peak))
	}
	ratio := s[0].over(s[1], wall)
	b.report.claim(m, "recognisers started anew every 5: time over never", "< 1.02", fmt.Sprintf("%.3f", ratio), ratio < 1.02)
	return nil
}
