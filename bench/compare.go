package main

import (
	"context"
	"fmt"
	"strings"

	"voiceflow/bench/corpus"
	"voiceflow/internal/health/wer"
)

// truth is all that is said in the sentences, one a line.
func truth(sentences []corpus.Sentence) string {
	var b strings.Builder
	for _, s := range sentences {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}

// comparison is a table with a row for each program.
func (b *bench) comparison(title, text string) *table {
	return b.report.table(title, text, "model", "program", "seconds", "processor seconds", "peak MB", "words wrong")
}

// program adds a row with a program's runs, and gives its errors.
func (t *table) program(m model, name string, s series, truth string, text func(string) (string, error)) (wer.Result, error) {
	errors, err := wrong(truth, s.last(), text)
	if err != nil {
		return errors, err
	}
	u := s.median()
	t.row(m.name, name, inSeconds(u.wall), inSeconds(u.processor), inMB(u.peak), fmt.Sprintf("%s of %d", percent(errors.Rate()), errors.Words))
	return errors, nil
}

// equalWork compares the same decoding of the same windows: what the programs
// cost around the library.
func equalWork(ctx context.Context, b *bench, m model) error {
	sentences, files, err := b.sentences(ctx, m.files(b.amount.sentences))
	if err != nil {
		return err
	}
	s, err := b.turns(ctx, b.rounds(m),
		b.ourRun(m, files, "--device", "cpu", "-bs", "1", "--audio-ctx", "full", "--no-vad", "-j", "1", "-t", "2",
			"--temperature-inc", "0", "--refresh-every", "0"),
		b.theirRun(m, files, "-ng", "-bs", "1", "-bo", "1", "-nf", "-t", "2"))
	if err != nil {
		return err
	}
	t := b.comparison("Equal work", `Single sentences in files of their own: greedy, the encoder's whole window, one try,
two threads, on the CPU, one file after the other.`)
	for i, text := range []func(string) (string, error){ourText, theirText} {
		if _, err := t.program(m, programNames()[i], s[i], truth(sentences), text); err != nil {
			return err
		}
	}
	b.report.most(m, "equal work: time over whisper-cli's", s[0].over(s[1], wall), 1.00)
	b.report.most(m, "equal work: peak memory over whisper-cli's", s[0].over(s[1], peakMemory), 1.10)
	return nil
}

func programNames() []string { return []string{"vf-transcribe", "whisper-cli"} }

// asUsed compares what users would call: our settings for speed, and
// whisper-cli's greedy search, which is its fastest.
func asUsed(ctx context.Context, b *bench, m model) error {
	sentences, files, err := b.sentences(ctx, m.files(b.amount.sentences))
	if err != nil {
		return err
	}
	s, err := b.turns(ctx, b.rounds(m), b.ourRun(m, files, "--profile", "speed"), b.theirRun(m, files, "-bs", "1", "-bo", "1"))
	if err != nil {
		return err
	}
	t := b.comparison("As users run it", "The same sentences by `vf-transcribe --profile speed` and by `whisper-cli -bs 1 -bo 1`.")
	ours, err := t.program(m, programNames()[0], s[0], truth(sentences), ourText)
	if err != nil {
		return err
	}
	theirs, err := t.program(m, programNames()[1], s[1], truth(sentences), theirText)
	if err != nil {
		return err
	}
	b.report.most(m, "single sentences: time over whisper-cli's", s[0].over(s[1], wall), 0.35)
	b.report.words(m, "single sentences: words wrong", ours, theirs, 0.005)
	return nil
}

// words notes whether our word error rate is at most theirs and a margin.
func (r *report) words(m model, what string, ours, theirs wer.Result, margin float64) {
	r.claim(m, what, "<= "+percent(theirs.Rate()+margin), percent(ours.Rate()), ours.Rate() <= theirs.Rate()+margin)
}

// longFile compares a recording half of which is silence, as our program takes
// it without further flags. whisper-cli carries no text over from one window to
// the next, as ours: the demo model was not trained with it, and with it
// whisper-cli takes longer and understands far less.
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
	s, err := b.turns(ctx, min(b.rounds(m), 3), commands...)
	if err != nil {
		return err
	}
	t := b.comparison("A long recording, half of it silence", fmt.Sprintf(`%g minutes by `+"`vf-transcribe`"+` without further flags and by
`+"`whisper-cli -bs 1 -bo 1 -mc 0`"+`, without and with its own detection of speech.`, b.amount.long/60))
	ours, err := t.program(m, programNames()[0], s[0], long.Words(), ourText)
	if err != nil {
		return err
	}
	for i, rival := range []struct {
		name  string
		limit float64
	}{{"whisper-cli", 0.5}, {"whisper-cli --vad", 0.9}}[:len(s)-1] {
		theirs, err := t.program(m, rival.name, s[i+1], long.Words(), theirText)
		if err != nil {
			return err
		}
		b.report.most(m, "long recording: time over "+rival.name+"'s", s[0].over(s[i+1], wall), rival.limit)
		b.report.words(m, "long recording: words wrong, beside "+rival.name, ours, theirs, 0)
	}
	if b.vadModel == "" {
		t.note("whisper-cli --vad is left out: no Silero model was named (-vad-model FILE).")
	}
	return nil
}
