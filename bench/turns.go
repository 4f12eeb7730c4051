package main

import (
	"context"
	"slices"
)

// series are the runs of one command.
type series []outcome

// last is the output of the last run; all runs give the same.
func (s series) last() string { return s[len(s)-1].output }

// median is that of each number alone.
func (s series) median() usage {
	return usage{wall: median(s.each(wall)), processor: median(s.each(processor)), peak: median(s.each(peakMemory))}
}

// The numbers that are compared.
func wall(u usage) float64       { return u.wall }
func processor(u usage) float64  { return u.processor }
func peakMemory(u usage) float64 { return u.peak }

func (s series) each(of func(usage) float64) []float64 {
	numbers := make([]float64, len(s))
	for i, o := range s {
		numbers[i] = of(o.usage)
	}
	return numbers
}

// over is the median of the ratios of runs that came one after the other:
// what slows the machine down for a while slows both.
func (s series) over(other series, of func(usage) float64) float64 {
	a, b := s.each(of), other.each(of)
	for i := range a {
		a[i] /= b[i]
	}
	return median(a)
}

// turns runs the commands in turn, so many rounds after one that warms up the
// caches, which a single round does without.
func (b *bench) turns(ctx context.Context, rounds int, commands ...[]string) ([]series, error) {
	if rounds > 1 {
		if _, err := b.inTurn(ctx, 1, commands...); err != nil {
			return nil, err
		}
	}
	return b.inTurn(ctx, rounds, commands...)
}

// inTurn is turns without the warm-up.
func (b *bench) inTurn(ctx context.Context, rounds int, commands ...[]string) ([]series, error) {
	all := make([]series, len(commands))
	for range rounds {
		for i, command := range commands {
			o, err := b.runner.run(ctx, command, nil)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], o)
		}
	}
	return all, nil
}

// steady runs a command once and, where that took little time, twice more, for
// the median.
func (b *bench) steady(ctx context.Context, command []string) (series, error) {
	var s series
	const brief = 5 // seconds
	for len(s) < 1 || len(s) < 3 && s[0].wall < brief {
		o, err := b.runner.run(ctx, command, nil)
		if err != nil {
			return nil, err
		}
		s = append(s, o)
	}
	return s, nil
}

// median is the middle number, or between the two in the middle.
func median(numbers []float64) float64 { return quantile(numbers, 0.5) }

// quantile is the number below which the share q of them lies, with straight
// lines between them; 0 where there are none.
func quantile(numbers []float64, q float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
