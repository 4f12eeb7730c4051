package main

import (
	"context"
	"slices"
)

// series is the runs of one command.
type series []outcome

// last returns the output of the last run; all runs produce the same output.
func (s series) last() string { return s[len(s)-1].output }

// median returns the median of each figure separately.
func (s series) median() usage {
	return usage{wall: median(s.each(wall)), processor: median(s.each(processor)), peak: median(s.each(peakMemory))}
}

// The figures that are compared.
func wall(u usage) float64       { return u.wall }
func processor(u usage) float64  { return u.processor }
func peakMemory(u usage) float64 { return u.peak }

func (s series) each(figure func(usage) float64) []float64 {
	numbers := make([]float64, len(s))
	for i, o := range s {
		numbers[i] = figure(o.usage)
	}
	return numbers
}

// ratioTo returns the median of the ratios of consecutive runs: whatever slows the machine down
// for a while slows both.
func (s series) ratioTo(other series, figure func(usage) float64) float64 {
	a, b := s.each(figure), other.each(figure)
	for i := range a {
		a[i] /= b[i]
	}
	return median(a)
}

// takeTurns runs the commands in turn for a number of rounds. If there is more than one, a
// further round comes first to warm up the caches.
func (b *bench) takeTurns(ctx context.Context, rounds int, commands ...[]string) ([]series, error) {
	if rounds > 1 {
		if _, err := b.runInTurn(ctx, 1, commands...); err != nil {
			return nil, err
		}
	}
	return b.runInTurn(ctx, rounds, commands...)
}

// runInTurn is takeTurns without the warm-up.
func (b *bench) runInTurn(ctx context.Context, rounds int, commands ...[]string) ([]series, error) {
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

// steady runs a command once and, if it was quick, twice more, for a median.
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

// median returns the middle number, or the mean of the two in the middle.
func median(numbers []float64) float64 { return quantile(numbers, 0.5) }

// quantile returns the number below which the share q of the numbers lies, with linear
// interpolation; 0 if there are no numbers.
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
