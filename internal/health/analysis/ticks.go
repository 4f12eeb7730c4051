package analysis

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/plot"
)

// timeTicks places ticks at round local times: seconds, minutes, hours and
// midnights.
type timeTicks struct{ loc *time.Location }

// wantedTicks is roughly how many ticks fit below a plot.
const wantedTicks = 8

// Ticks implements plot.Ticker; values are seconds since 1970.
func (t timeTicks) Ticks(from, to float64) []plot.Tick {
	length := duration(to - from)
	start := time.UnixMilli(int64(from * 1000)).In(t.loc)
	var ticks []plot.Tick
	add := func(at time.Time, layout string) {
		if v := unixSeconds(at); v >= from && v <= to {
			ticks = append(ticks, plot.Tick{Value: v, Label: at.Format(layout)})
		}
	}
	for _, step := range []time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
		10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour,
	} {
		if length > wantedTicks*step {
			continue
		}
		layout := "15:04"
		if step < time.Minute {
			layout = "15:04:05"
		}
		if length > 18*time.Hour {
			layout = "Jan 2\n15:04"
		}
		for at := truncate(start, step); unixSeconds(at) <= to; at = at.Add(step) {
			add(at, layout)
		}
		return ticks
	}
	days := int(math.Ceil(length.Hours() / 24 / wantedTicks))
	for _, round := range []int{1, 2, 3, 5, 7, 14, 28, 91, 182, 365} {
		if days = max(days, 1); round >= days {
			days = round
			break
		}
	}
	year, month, day := start.Date()
	for i := 0; len(ticks) <= 2*wantedTicks; i += days {
		at := time.Date(year, month, day+i, 0, 0, 0, 0, t.loc)
		if unixSeconds(at) > to {
			return ticks
		}
		layout := "Jan 2"
		if length > 300*24*time.Hour {
			layout = "Jan 2\n2006"
		}
		add(at, layout)
	}
	return ticks
}

// duration converts seconds to a duration, capped at the longest one: 292 years.
func duration(seconds float64) time.Duration {
	if seconds >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds * float64(time.Second))
}

// roundTicks places ticks at multiples of 1, 2 or 5 times a power of ten; at whole
// numbers only if whole is set, as for counts.
type roundTicks struct{ whole bool }

// Ticks implements plot.Ticker.
func (t roundTicks) Ticks(from, to float64) []plot.Tick {
	const wanted = 5
	power := math.Pow(10, math.Floor(math.Log10((to-from)/wanted)))
	step := power
	for _, f := range []float64{1, 2, 5, 10} {
		if step = f * power; (to-from)/step <= wanted {
			break
		}
	}
	if t.whole {
		step = max(step, 1)
	}
	decimals := int(max(0, -math.Floor(math.Log10(step)+1e-9)))
	var ticks []plot.Tick
	for i := math.Ceil(from / step); i*step <= to; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: fmt.Sprintf("%.*f", decimals, i*step)})
	}
	return ticks
}
