package check

import (
	"context"
	"fmt"
	"strings"

	"voiceflow/internal/health/replay"
	"voiceflow/internal/prose"
)

// timing replays the recordings in turn and judges what a user notices when
// dictating: words, utterances, speed, latency.
func (c *Checker) timing(ctx context.Context, r *Report) error {
	heading := []string{"file", "audio s", "processing s", "speed factor", "word errors", "latency s", "verdict"}
	table := Table{Title: "timing", Rows: [][]string{heading}}
	var all sum
	for _, rec := range c.Recordings {
		result, err := c.runAndJudge(ctx, r, Timing, rec, replay.Options{Realtime: c.Realtime, Words: c.Words})
		if err != nil {
			return err
		}
		part := all.add(rec.Utterances, result)
		c.judgeRecording(r, rec, result, part)
		table.Rows = append(table.Rows, part.row(rec.Name, verdictText(r, Timing, rec.Name)))
	}
	r.Measures = append(r.Measures, Measure{Timing, "wer", "", all.wordErrors(), Percent, &c.Limits.WordsWrong})
	if all.processing > 0 {
		r.judgeExcused(Measure{Timing, "speed", "", all.speed(), Factor, &c.Limits.SpeedFactor}, all.undisturbedSpeed(),
			Speed, "slow: speed factor %s")
	}
	if len(all.latencies) > 0 {
		r.judgeExcused(Measure{Timing, "latency", "", medianDuration(all.latencies).Seconds(), Seconds, &c.Limits.Latency},
			medianDuration(all.undisturbed).Seconds(), Late, "late: half of the texts come %s or more after the speech")
	}
	r.judge(Measure{Timing, "errors", "", share(all.failed, all.asked), Percent, &c.Limits.ErrorRate},
		Errors, "failed utterances: %s")
	table.Rows = append(table.Rows, all.row("all", totalText(r, Timing)))
	r.Tables = append(r.Tables, table)
	r.summarise(fmt.Sprintf("%s, %.1f %% of %d words wrong, speed factor %.1f",
		prose.Count(len(c.Recordings), "recording"), all.wordErrors(), all.words.Words, all.speed()))
	return nil
}

// judgeRecording adds the findings and measures of one recording.
func (c *Checker) judgeRecording(r *Report, rec replay.Recording, result *replay.Result, part sum) {
	ref, hyp := normalised(rec.Utterances, result)
	for _, f := range utteranceFindings(Timing, rec.Name, ref, hyp, findFlaws(ref, hyp)) {
		r.Add(f)
	}
	r.judge(Measure{Timing, "wer", rec.Name, part.wordErrors(), Percent, &c.Limits.WordsWrong},
		WordErrors, "%s of the words are wrong")
	if part.processing > 0 {
		r.judge(Measure{Timing, "speed", rec.Name, part.speed(), Factor, nil}, Speed, "")
	}
	if len(part.latencies) > 0 {
		r.judge(Measure{Timing, "latency", rec.Name, medianDuration(part.latencies).Seconds(), Seconds, nil}, Late, "")
	}
}

// verdictText returns the verdict and the findings about a subject, for its
// table row.
func verdictText(r *Report, suite, subject string) string {
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

// totalText returns the verdict on all subjects of a suite: never better than the worst of
// them.
func totalText(r *Report, suite string) string {
	own, _ := r.Verdict(suite, "")
	worst := own
	for _, f := range r.Findings {
		if f.Suite == suite {
			worst = max(worst, f.Status)
		}
	}
	text := verdictText(r, suite, "")
	if worst > own {
		text = strings.Replace(text, own.String(), worst.String(), 1)
	}
	return text
}

func (s *sum) row(name, verdict string) []string {
	latency := "-"
	if len(s.latencies) > 0 {
		latency = fmt.Sprintf("%.2f", medianDuration(s.latencies).Seconds())
	}
	return []string{
		name, fmt.Sprintf("%.2f", s.audio.Seconds()), fmt.Sprintf("%.2f", s.processing.Seconds()),
		fmt.Sprintf("%.1f", s.speed()), fmt.Sprintf("%.1f %%", s.wordErrors()), latency, verdict,
	}
}

// share returns part as a percentage of whole; 0 if whole is 0.
func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}
