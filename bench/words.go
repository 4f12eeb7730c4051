package main

import (
	"context"
	"fmt"
	"math"

	"voiceflow/bench/corpus"
	"voiceflow/internal/health/wer"
)

// minRun is how many words in a row must agree before they count as the same words.
const minRun = 3

// wordTimes compares the times of words in packed speech with those in windows of the unchanged
// recording, and both with the times at which the sentences are known to begin.
func wordTimes(ctx context.Context, b *bench, m model) error {
	long, err := b.speech.Long(ctx, b.amount.long)
	if err != nil {
		return err
	}
	heard := func(options ...string) ([]timedWord, error) {
		o, err := b.runner.run(ctx, b.ourRun(m, []string{long.File}, append(options, "--word-timestamps")...), nil)
		if err != nil {
			return nil, err
		}
		all, err := transcripts(o.output)
		return timedWords(all), err
	}
	packed, err := heard()
	if err != nil {
		return err
	}
	whole, err := heard("--no-vad", "--audio-ctx", "full")
	if err != nil {
		return err
	}
	begins := beginnings(long.Spoken)
	part := b.amount.long / 6
	t := b.report.table("Times of words", fmt.Sprintf(`When words begin in a recording of %g minutes, half of
it silence, in seconds. "Packed" is the speech without the silence, packed into windows; "whole" is the
unchanged recording, window by window (`+"`--no-vad --audio-ctx full`"+`). The times at which the sentences
begin are known, so their first words can be compared with the truth. Only words that agree are compared, at
least %d in a row. A positive difference means that the first-named time is later.`, b.amount.long/60, minRun),
		"model", "compared", "words", "median difference", "median absolute difference", "95 % within", "within 0.1 s",
		"difference in the first "+length(part), "in the last "+length(part))
	for _, row := range []struct {
		name string
		a, b []timedWord
	}{
		{"packed with whole", packed, whole},
		{"packed with the truth", packed, begins},
		{"whole with the truth", whole, begins},
	} {
		d := compareTimes(longRuns(align(row.a, row.b), minRun), part, b.amount.long-part)
		t.row(m.name, row.name, fmt.Sprint(d.words), fmt.Sprintf("%+.2f", d.median), fmt.Sprintf("%.2f", d.distance),
			fmt.Sprintf("%.2f", d.most), percent(d.near), fmt.Sprintf("%+.2f", d.first), fmt.Sprintf("%+.2f", d.last))
	}
	return nil
}

// beginnings returns the words of the sentences. Only the time of each sentence's first word is
// known; the others are NaN.
func beginnings(spoken []corpus.Spoken) []timedWord {
	var out []timedWord
	for _, s := range spoken {
		at := s.Start
		for _, w := range wer.Words(s.Text) {
			out = append(out, timedWord{w, at})
			at = math.NaN()
		}
	}
	return out
}

// differences summarises how far apart the times of the same words are, in seconds.
type differences struct {
	words       int
	median      float64 // signed
	distance    float64 // median of the absolute values
	most        float64 // absolute value that 95 % do not exceed
	near        float64 // share of absolute values up to 0.1 s
	first, last float64 // signed medians, early and late in the recording
}

// compareTimes compares the words whose times are known in both texts; first and last cover
// those before one time in b, and from another time on.
func compareTimes(common []match, before, after float64) differences {
	var all, distances, early, late []float64
	var d differences
	for _, m := range common {
		diff := m.a.at - m.b.at
		if math.IsNaN(diff) {
			continue
		}
		all, distances = append(all, diff), append(distances, math.Abs(diff))
		if math.Abs(diff) <= 0.1+1e-9 { // times have two decimals
			d.near++
		}
		if m.b.at < before {
			early = append(early, diff)
		}
		if m.b.at >= after {
			late = append(late, diff)
		}
	}
	d.words = len(all)
	d.near /= math.Max(float64(d.words), 1)
	d.median, d.distance, d.most = median(all), median(distances), quantile(distances, 0.95)
	d.first, d.last = median(early), median(late)
	return d
}
