package main

import (
	"context"
	"fmt"
	"math"

	"voiceflow/bench/corpus"
	"voiceflow/internal/health/wer"
)

// enough words in a row make sure that they are the same ones.
const enough = 3

// wordTimes compares the times of words in speech that was packed into windows
// with those in windows of the recording as it is, and both with what is
// known: when each sentence begins.
func wordTimes(ctx context.Context, b *bench, m model) error {
	long, err := b.speech.Long(ctx, b.amount.long)
	if err != nil {
		return err
	}
	heard := func(options ...string) ([]spot, error) {
		o, err := b.runner.run(ctx, b.ourRun(m, []string{long.File}, append(options, "--word-timestamps")...), nil)
		if err != nil {
			return nil, err
		}
		all, err := transcripts(o.output)
		return spots(all), err
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
	t := b.report.table("Times of words", fmt.Sprintf(`Where words begin in a recording of %g minutes, half of it silence, in seconds.
Packed is speech without the silence, in windows full of it; whole is the recording as it is, window after window
(`+"`--no-vad --audio-ctx full`"+`). Of the sentences it is known when they begin, so that their first words can be
compared with that. Compared are words that agree, at least %d in a row. A difference above 0 is a word that is told
later.`, b.amount.long/60, enough),
		"model", "compared", "words", "median difference", "median distance", "95 % within", "within 0.1 s",
		"difference in the first "+length(part), "in the last "+length(part))
	for _, row := range []struct {
		name string
		a, b []spot
	}{
		{"packed with whole", packed, whole},
		{"packed with what is known", packed, begins},
		{"whole with what is known", whole, begins},
	} {
		d := compareTimes(inRow(align(row.a, row.b), enough), part, b.amount.long-part)
		t.row(m.name, row.name, fmt.Sprint(d.words), fmt.Sprintf("%+.2f", d.median), fmt.Sprintf("%.2f", d.distance),
			fmt.Sprintf("%.2f", d.most), percent(d.near), fmt.Sprintf("%+.2f", d.first), fmt.Sprintf("%+.2f", d.last))
	}
	return nil
}

// beginnings are the words of the sentences; of those after the first of each
// it is not known when they are said.
func beginnings(spoken []corpus.Spoken) []spot {
	var out []spot
	for _, s := range spoken {
		at := s.Start
		for _, w := range wer.Words(s.Text) {
			out = append(out, spot{w, at})
			at = math.NaN()
		}
	}
	return out
}

// differences sum up how far the times of the same words lie apart.
type differences struct {
	words       int
	median      float64 // with its sign
	distance    float64 // median without sign
	most        float64 // distance that 95 % do not pass
	near        float64 // share of distances up to 0.1 s
	first, last float64 // median with its sign, early and late in the recording
}

// compareTimes looks at the words whose times are known in both, and apart at
// those before and after a time in b.
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
