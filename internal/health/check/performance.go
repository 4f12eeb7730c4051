package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/stats"
)

// pause is the silence between utterances of a long session: enough for vf-vad
// to end one.
const pause = 700 * time.Millisecond

// firstUtterances is the number of utterances after which a program's memory has
// settled.
const firstUtterances = 10

// performance sends many utterances through one pipeline, each after the previous
// one is done, and judges how it copes with a long session.
func (c *Checker) performance(ctx context.Context, r *Report) error {
	if len(c.Sentences) == 0 {
		return errors.New("no recordings to make a long session from")
	}
	perRound := 0
	for _, s := range c.Sentences {
		perRound += len(s.Utterances)
	}
	rounds := max(2, (c.Utterances+perRound-1)/max(perRound, 1))
	var session replay.Sequence
	remove, ok, err := c.makeTemp(r, Performance, func(folder string) (err error) {
		session, err = replay.WriteSequence(filepath.Join(folder, "session.wav"), c.Sentences, rounds, pause)
		return err
	})
	if !ok {
		return err
	}
	defer remove()
	whole := replay.Recording{Name: "session", Path: session.Path, Utterances: session.Utterances()}
	result, err := c.runAndJudge(ctx, r, Performance, whole, replay.Options{OneByOne: true, Usage: true})
	if err != nil {
		return err
	}
	c.judgeSession(r, session, whole, result)
	return nil
}

func (c *Checker) judgeSession(r *Report, session replay.Sequence, whole replay.Recording, result *replay.Result) {
	l := &c.Limits
	var all sum
	all.add(whole.Utterances, result)
	// The timing suite judges how utterances are cut.
	ref, hyp := normalised(whole.Utterances, result)
	serious := slices.DeleteFunc(findFlaws(ref, hyp), func(f flaw) bool {
		return f.check != Contamination && f.check != Repeated
	})
	for _, f := range utteranceFindings(Performance, "", ref, hyp, serious) {
		r.Add(f)
	}
	judge := func(name string, v float64, u Unit, limit *Threshold, check, what string) {
		r.judge(Measure{Performance, name, "", v, u, limit}, check, what)
	}
	judge("errors", share(all.failed, all.asked), Percent, &l.ErrorRate, Errors, "failed utterances: %s")
	judge("wer", all.wordErrors(), Percent, &l.WordsWrong, WordErrors, "%s of the words are wrong")
	if len(result.Answers) > 0 {
		var took, least []time.Duration
		for _, a := range result.Answers {
			took, least = append(took, a.Took), append(least, a.MinTime)
		}
		r.judgeExcused(Measure{Performance, "speed", "", all.speed(), Factor, &l.SpeedFactor}, all.undisturbedSpeed(),
			Speed, "slow: speed factor %s")
		r.judgeExcused(Measure{Performance, "latency", "", medianDuration(took).Seconds(), Seconds, &l.Latency},
			medianDuration(least).Seconds(), Late, "late: half of the utterances take %s or more")
		judge("cpu", 100*result.CPU.Seconds()/all.audio.Seconds()/processors(), Percent, &l.CPU, CPU,
			"dictation takes %s of all processors")
	}
	took := func(a replay.Answer) time.Duration { return a.Took }
	least := func(a replay.Answer) time.Duration { return a.MinTime }
	if d, ok := decay(session, result.Answers, took, took); ok {
		undisturbed, _ := decay(session, result.Answers, took, least)
		r.judgeExcused(Measure{Performance, "decay", "", d, Factor, &l.Decay}, undisturbed, Decay,
			"decay: %s times as slow at the end of the session as at the start")
	}
	c.judgeMemory(r, result)
	table := Table{Title: "performance", Rows: [][]string{{"", "", "verdict"}}}
	for _, m := range r.Measures {
		if m.Suite == Performance {
			table.Rows = append(table.Rows, []string{m.label(), Show(m.Value, m.Unit), m.verdict()})
		}
	}
	r.Tables = append(r.Tables, table)
	r.summarise(fmt.Sprintf("%d utterances in a row, %.1f %% of the words wrong, speed factor %.1f",
		all.asked, all.wordErrors(), all.speed()))
}

func (m Measure) label() string {
	if m.Subject == "" {
		return m.Name
	}
	return m.Name + " of " + m.Subject
}

func (m Measure) verdict() string {
	if m.Limit == nil {
		return ""
	}
	return m.Limit.Judge(m.Value).String()
}

// judgeMemory judges each program's memory: its peak and its growth.
func (c *Checker) judgeMemory(r *Report, result *replay.Result) {
	for _, name := range peer.Pipeline() {
		var memory []float64
		for _, bytes := range result.Memory[name] {
			memory = append(memory, float64(bytes)/(1<<20))
		}
		if len(memory) == 0 {
			continue
		}
		r.judge(Measure{Performance, "memory", name, slices.Max(memory), MB, nil}, Memory, "")
		r.judge(Measure{Performance, "leak", name, leakRate(memory), MB, &c.Limits.Leak}, Leak,
			"leak: grows by %s per utterance")
		if name == "vf-transcribe" {
			settled := stats.Median(memory[min(len(memory)-1, firstUtterances/2):min(len(memory), firstUtterances)])
			r.judge(Measure{Performance, "growth", name, max(0, slices.Max(memory)-settled), MB, &c.Limits.Memory}, Memory,
				"memory: grew by %s")
		}
	}
}

// decay returns the factor by which the last third of a session is slower than
// the first: the median across sentences. Each sentence is compared with itself,
// by its shortest time in either third, because other load only makes times
// longer, and comes and goes. early and late return the time to compare.
func decay(
	session replay.Sequence, answers []replay.Answer, early, late func(replay.Answer) time.Duration,
) (float64, bool) {
	first, last := map[string]float64{}, map[string]float64{}
	keep := func(best map[string]float64, name string, took float64) {
		if old, ok := best[name]; !ok || took < old {
			best[name] = took
		}
	}
	for i, a := range answers {
		part := session.PartAt(fromSeconds((a.Start + a.End) / 2))
		if part < 0 {
			continue
		}
		// Per second of audio, so that recordings of several utterances count.
		audio := max(a.Duration, 0.1)
		switch name := session.Parts[part].Name; {
		case 3*i < len(answers):
			keep(first, name, early(a).Seconds()/audio)
		case 3*i >= 2*len(answers):
			keep(last, name, late(a).Seconds()/audio)
		}
	}
	var ratios []float64
	for name, before := range first {
		if after, ok := last[name]; ok && before > 0 {
			ratios = append(ratios, after/before)
		}
	}
	return stats.Median(ratios), len(ratios) > 0
}
