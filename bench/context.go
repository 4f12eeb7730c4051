package main

import (
	"context"
	"fmt"

	"voiceflow/bench/corpus"
	"voiceflow/internal/health/wer"
	"voiceflow/pkg/event"
)

// shortContext measures what the fitted window costs in words, and how often a result is
// doubtful and needs a larger one.
func shortContext(ctx context.Context, b *bench, m model) error {
	sentences, files, err := b.sentences(ctx, b.amount.utterances)
	if err != nil {
		return err
	}
	// With a single temperature, every retry is due to a doubtful window.
	judge := func(window string) (verdict, error) {
		o, err := b.runner.run(ctx, b.ourRun(m, files, "--audio-ctx", window, "--temperature-inc", "0"), nil)
		if err != nil {
			return verdict{}, err
		}
		all, err := transcripts(o.output)
		if err != nil {
			return verdict{}, err
		}
		return compareSentences(sentences, all, o.usage)
	}
	fitted, err := judge("auto")
	if err != nil {
		return err
	}
	full, err := judge("full")
	if err != nil {
		return err
	}
	more, fewer := fitted.compareTo(full)
	t := b.report.table("The fitted window", `Single sentences with the encoder's window fitted to the speech,
or a larger one if the result was doubtful; and always with the full window.`,
		"model", "`--audio-ctx`", "seconds", "utterances", "decoded again", "words wrong",
		"with more errors than full", "with fewer")
	t.row(m.name, "auto", inSeconds(fitted.wall), fmt.Sprint(len(sentences)), fmt.Sprint(fitted.retried),
		fmt.Sprintf("%s of %d", percent(fitted.all.Rate()), fitted.all.Words), fmt.Sprint(more), fmt.Sprint(fewer))
	t.row(m.name, "full", inSeconds(full.wall), fmt.Sprint(len(sentences)), fmt.Sprint(full.retried),
		fmt.Sprintf("%s of %d", percent(full.all.Rate()), full.all.Words), "", "")
	return nil
}

// verdict sums up the results for single sentences.
type verdict struct {
	usage
	retried int // sentences that were decoded more than once
	all     wer.Result
	each    []wer.Result
}

// compareSentences compares each sentence with the transcript of its file.
func compareSentences(sentences []corpus.Sentence, all []*event.Transcript, cost usage) (verdict, error) {
	heard := map[string]*event.Transcript{}
	for _, t := range all {
		heard[t.File] = t
	}
	v := verdict{usage: cost}
	for _, s := range sentences {
		t := heard[s.File]
		if t == nil {
			return v, fmt.Errorf("%s: no transcript from vf-transcribe", s.File)
		}
		r := wer.Compare(s.Text, t.Text)
		v.each = append(v.each, r)
		v.all = v.all.Add(r)
		if t.Retries > 0 {
			v.retried++
		}
	}
	return v, nil
}

// compareTo counts the sentences with more errors than in other, and with fewer.
func (v verdict) compareTo(other verdict) (more, fewer int) {
	for i, r := range v.each {
		switch a, b := mistakes(r), mistakes(other.each[i]); {
		case a > b:
			more++
		case a < b:
			fewer++
		}
	}
	return more, fewer
}

func mistakes(r wer.Result) int { return r.Substitutions + r.Insertions + r.Deletions }
