package check

import (
	"context"
	"fmt"
	"strings"

	"voiceflow/internal/health/replay"
)

// timing replays the recordings one after the other and judges what a person
// who dictates notices: words, utterances, speed, latency.
func (c *Checker) timing(ctx context.Context, r *Report) error {
	table := Table{Title: "timing", Rows: [][]string{{"file", "audio s", "processing s", "speed factor", "word errors", "latency s", "verdict"}}}
	var all sum
	for _, rec := range c.Recordings {
		heard, err := c.replayed(ctx, r, Timing, rec, replay.Options{Realtime: c.Realtime, Words: c.Words})
		if err != nil {
			return err
		}
		one := all.add(rec.Utterances, heard)
		c.judgeRecording(r, rec, heard, one)
		table.Rows = append(table.Rows, one.row(rec.Name, saidOf(r, Timing, rec.Name)))
	}
	r.Measures = append(r.Measures, Measure{Timing, "wer", "", all.wrong(), Percent, &c.Limits.WordsWrong})
	if all.processing > 0 {
		r.judgeExcused(Measure{Timing, "speed", "", all.speed(), Factor, &c.Limits.SpeedFactor}, all.alone(), Speed, "slow: speed factor %s")
	}
	if len(all.latencies) > 0 {
		r.judgeExcused(Measure{Timing, "latency", "", medianDuration(all.latencies).Seconds(), Seconds, &c.Limits.Latency},
			medianDuration(all.promptly).Seconds(), Late, "late: half of the texts come %s or more after the speech")
	}
	r.judge(Measure{Timing, "errors", "", share(all.failed, all.asked), Percent, &c.Limits.ErrorRate}, Errors, "failing utterances: %s")
	table.Rows = append(table.Rows, all.row("all", saidOf(r, Timing, "")))
	r.Tables = append(r.Tables, table)
	r.summarise(fmt.Sprintf("%d recordings, %.1f %% of %d words wrong, speed factor %.1f",
		len(c.Recordings), all.wrong(), all.words.Words, all.speed()))
	return nil
}

// judgeRecording adds what is wrong with one.
func (c *Checker) judgeRecording(r *Report, rec replay.Recording, heard *replay.Heard, one sum) {
	said, got := compared(rec.Utterances, heard)
	for _, f := range utteranceFindings(Timing, rec.Name, said, got, flaws(said, got)) {
		r.Add(f)
	}
	r.judge(Measure{Timing, "wer", rec.Name, one.wrong(), Percent, &c.Limits.WordsWrong}, WordErrors, "%s of the words are wrong")
	if one.processing > 0 {
		r.judge(Measure{Timing, "speed", rec.Name, one.speed(), Factor, nil}, Speed, "")
	}
	if len(one.latencies) > 0 {
		r.judge(Measure{Timing, "latency", rec.Name, medianDuration(one.latencies).Seconds(), Seconds, nil}, Late, "")
	}
}

// saidOf is what a table says of a subject.
func saidOf(r *Report, suite, subject string) string {
	status, findings := r.Verdict(suite, subject)
	parts := []string{status.String()}
	for _, f := range findings {
		what := f.What
		if f.Words != "" {
			what += " [" + f.Words + "]"
		}
		parts = append(parts, what)
	}
	return strings.Join(parts, ": ")
}

func (s *sum) row(name, verdict string) []string {
	latency := "-"
	if len(s.latencies) > 0 {
		latency = fmt.Sprintf("%.2f", medianDuration(s.latencies).Seconds())
	}
	return []string{
		name, fmt.Sprintf("%.2f", s.audio.Seconds()), fmt.Sprintf("%.2f", s.processing.Seconds()),
		fmt.Sprintf("%.1f", s.speed()), fmt.Sprintf("%.1f %%", s.wrong()), latency, verdict,
	}
}

func share(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(part) / float64(of)
}
