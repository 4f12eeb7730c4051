package main

import (
	"context"
	"fmt"
	"strings"

	"voiceflow/bench/corpus"
	"voiceflow/internal/health/wer"
)

// truth returns everything said in the sentences, one per line.
func truth(sentences []corpus.Sentence) string {
	var b strings.Builder
	for _, s := range sentences {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}

// comparison returns a table with one row per program.
func (b *bench) comparison(title, text string) *table {
	return b.report.table(title, text, "model", "program", "seconds", "CPU seconds", "peak MB", "words wrong")
}

// addProgram adds a row for a program's runs and returns its word errors.
func (t *table) addProgram(
	m model, name string, s series, truth string, text func(string) (string, error),
) (wer.Result, error) {
	errors, err := countErrors(truth, s.last(), text)
	if err != nil {
		return errors, err
	}
	u := s.median()
	t.row(m.name, name, inSeconds(u.wall), inSeconds(u.processor), inMB(u.peak),
		fmt.Sprintf("%s of %d", percent(errors.Rate()), errors.Words))
	return errors, nil
}

// equalWork compares the same decoding of the same windows, that is, the overhead of the
// programs around the library.
func equalWork(ctx context.Context, b *bench, m model) error {
	sentences, files, err := b.sentences(ctx, m.limit(b.amount.sentences))
	if err != nil {
		return err
	}
	s, err := b.takeTurns(ctx, b.rounds(m),
		b.ourRun(m, files, "--device", "cpu", "-bs", "1", "--audio-ctx", "full", "--no-vad", "-j", "1", "-t", "2",
			"--temperature-inc", "0", "--refresh-every", "0"),
		b.theirRun(m, files, "-ng", "-bs", "1", "-bo", "1", "-nf", "-t", "2"))
	if err != nil {
		return err
	}
	t := b.comparison("Equal work", `One sentence per file: greedy search, the encoder's full window, a single attempt,
two threads, on the CPU, one file at a time.`)
	for i, text := range []func(string) (string, error){ourText, theirText} {
		if _, err := t.addProgram(m, programNames()[i], s[i], truth(sentences), text); err != nil {
			return err
		}
	}
	b.report.claimAtMost(m, "equal work: time relative to whisper-cli", s[0].ratioTo(s[1], wall), 1.00)
	b.report.claimAtMost(m, "equal work: peak memory relative to whisper-cli", s[0].ratioTo(s[1], peakMemory), 1.10)
	return nil
}

func programNames() []string { return []string{"vf-transcribe", "whisper-cli"} }

// asUsed compares what users would run: our speed profile, and whisper-cli's greedy search,
// which is its fastest.
func asUsed(ctx context.Context, b *bench, m model) error {
	sentences, files, err := b.sentences(ctx, m.limit(b.amount.sentences))
	if err != nil {
		return err
	}
	s, err := b.takeTurns(ctx, b.rounds(m),
		b.ourRun(m, files, "--profile", "speed"), b.theirRun(m, files, "-bs", "1", "-bo", "1"))
	if err != nil {
		return err
	}
	t := b.comparison("As users run it",
		"The same sentences with `vf-transcribe --profile speed` and with `whisper-cli -bs 1 -bo 1`.")
	ours, err := t.addProgram(m, programNames()[0], s[0], truth(sentences), ourText)
	if err != nil {
		return err
	}
	theirs, err := t.addProgram(m, programNames()[1], s[1], truth(sentences), theirText)
	if err != nil {
		return err
	}
	b.report.claimAtMost(m, "single sentences: time relative to whisper-cli", s[0].ratioTo(s[1], wall), 0.35)
	b.report.claimWords(m, "single sentences: words wrong", ours, theirs, 0.005)
	return nil
}

// claimWords records whether our word error rate is at most theirs plus a margin.
func (r *report) claimWords(m model, what string, ours, theirs wer.Result, margin float64) {
	r.claim(m, what, "<= "+percent(theirs.Rate()+margin), percent(ours.Rate()), ours.Rate() <= theirs.Rate()+margin)
}

// longFile compares a recording that is half silence; our program gets no further flags.
// whisper-cli, like ours, carries no text over from one window to the next: the demo model was
// not trained for it, and with it whisper-cli takes longer and understands far less.
func longFile(ctx context.Context, b *bench, m model) error {
	long, err := b.speech.Long(ctx, b.amount.long)
	if err != nil {
		return err
	}
	files := []string{long.File}
	greedy := []string{"-bs", "1", "-bo", "1", "-mc", "0"}
	commands := [][]string{b.ourRun(m, files), b.theirRun(m, files, greedy...)}
	if b.vadModel != "" {
		commands = append(commands, b.theirRun(m, files, append(greedy, "--vad", "-vm", b.vadModel)...))
	}
	s, err := b.takeTurns(ctx, min(b.rounds(m), 3), commands...)
	if err != nil {
		return err
	}
	t := b.comparison("A long recording, half of it silence", fmt.Sprintf(
		"%g minutes with `vf-transcribe` without further flags, and with `whisper-cli -bs 1 -bo 1 -mc 0` "+
			"without and with its own speech detection.", b.amount.long/60))
	ours, err := t.addProgram(m, programNames()[0], s[0], long.Words(), ourText)
	if err != nil {
		return err
	}
	for i, rival := range []struct {
		name  string
		limit float64
	}{{"whisper-cli", 0.5}, {"whisper-cli --vad", 0.9}}[:len(s)-1] {
		theirs, err := t.addProgram(m, rival.name, s[i+1], long.Words(), theirText)
		if err != nil {
			return err
		}
		b.report.claimAtMost(m, "long recording: time relative to "+rival.name, s[0].ratioTo(s[i+1], wall), rival.limit)
		b.report.claimWords(m, "long recording: words wrong, compared with "+rival.name, ours, theirs, 0)
	}
	if b.vadModel == "" {
		t.note("whisper-cli --vad was not run: no Silero model was given (-vad-model FILE).")
	}
	return nil
}
