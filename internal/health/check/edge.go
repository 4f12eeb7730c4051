package check

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/health/wer"
)

// edge replays difficult audio and damaged files.
func (c *Checker) edge(ctx context.Context, r *Report) error {
	if len(c.Sentences) == 0 {
		return errors.New("no recordings to make edge cases from")
	}
	var fixtures []replay.Fixture
	remove, ok, err := c.makeTemp(r, Edge, func(folder string) (err error) {
		fixtures, err = replay.MakeFixtures(folder, c.Sentences[0], c.Sentences)
		return err
	})
	if !ok {
		return err
	}
	defer remove()
	table := Table{Title: "edge", Rows: [][]string{{"case", "utterances", "words", "word errors", "verdict"}}}
	failed := 0
	for _, f := range fixtures {
		result, err := c.runFixture(ctx, r, f)
		if err != nil {
			return err
		}
		ref, hyp := normalised(f.Utterances, result)
		wrong := wer.Compare(strings.Join(ref, " "), strings.Join(hyp, " "))
		c.judgeFixture(r, f, result, wrong)
		if status, _ := r.Verdict(Edge, f.Name); status != verdict.OK {
			failed++
		}
		errorRate := "-"
		if f.Expect == replay.ExpectWords {
			errorRate = fmt.Sprintf("%.1f %%", 100*wrong.Rate())
		}
		words := len(wer.Words(strings.Join(texts(result), " ")))
		table.Rows = append(table.Rows, []string{
			f.Name, fmt.Sprint(len(result.Answers)), fmt.Sprint(words), errorRate, verdictText(r, Edge, f.Name),
		})
	}
	r.Tables = append(r.Tables, table)
	r.Measures = append(r.Measures,
		Measure{Suite: Edge, Name: "cases", Value: float64(len(fixtures))},
		Measure{Suite: Edge, Name: "failed", Value: float64(failed)})
	r.summarise(fmt.Sprintf("%d of %d edge cases passed", len(fixtures)-failed, len(fixtures)))
	return nil
}

// runFixture replays a case. A program's failure becomes a finding unless the
// case expects the file to be refused.
func (c *Checker) runFixture(ctx context.Context, r *Report, f replay.Fixture) (*replay.Result, error) {
	if f.Expect == replay.ExpectRefusal {
		return c.runPipeline(ctx, r, Edge, f.Recording, replay.Options{})
	}
	return c.runAndJudge(ctx, r, Edge, f.Recording, replay.Options{})
}

func (c *Checker) judgeFixture(r *Report, f replay.Fixture, result *replay.Result, wrong wer.Result) {
	add := func(check, what, measured, limit string) {
		r.Add(Finding{
			Status: verdict.Critical, Suite: Edge, Check: check, Subject: f.Name,
			What: what, Measured: measured, Limit: limit,
		})
	}
	switch f.Expect {
	case replay.ExpectWords:
		if n, want := len(result.Answers), len(f.Utterances); n < want {
			add(Lost, fmt.Sprintf("lost: %d utterances instead of %d", n, want), fmt.Sprint(n), fmt.Sprint(want))
		} else if n > want {
			add(Split, fmt.Sprintf("split: %d utterances instead of %d", n, want), fmt.Sprint(n), fmt.Sprint(want))
		}
		r.judge(Measure{Edge, "wer", f.Name, 100 * wrong.Rate(), Percent, &c.Limits.WordsWrong},
			WordErrors, "%s of the words are wrong")
	case replay.ExpectNothing:
		if words := wer.Words(strings.Join(texts(result), " ")); len(words) > 0 {
			add(Invented, fmt.Sprintf("invented text: %d words without any speech", len(words)), fmt.Sprint(len(words)), "0")
		}
	case replay.ExpectRefusal:
		o := result.Outcomes[0]
		if o.Code != exitcode.Input || strings.TrimSpace(o.Stderr) == "" {
			add(Accepted, fmt.Sprintf("vf-record did not refuse the file: exit code %d", o.Code),
				fmt.Sprint(o.Code), fmt.Sprint(exitcode.Input))
		}
	}
	if n := len(result.Failures); n > 0 {
		add(Errors, fmt.Sprintf("failed utterances: %d of %d", n, result.Asked), fmt.Sprint(n), "0")
	}
}

// summarise appends s to the summary.
func (r *Report) summarise(s string) {
	if r.Summary != "" {
		r.Summary += "; "
	}
	r.Summary += s
}
