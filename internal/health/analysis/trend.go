package analysis

import (
	"math"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/stats"
	"voiceflow/internal/logrecord"
)

// TrendSignificance is the probability of chance below which a trend counts as
// real: 0.05 divided among the seven measures and the failures, which are all
// tested together.
const TrendSignificance = 0.006

// minStretches is the smallest sample for which the normal approximation in
// stats.MannKendall holds. Weeks are used only beyond a year, when comparing every
// pair of days would take too long.
const (
	minStretches = 10
	minWeeks     = 53
)

// minRelativeChange is the smallest change over the time covered that is worth
// reporting, as a share of the median.
const minRelativeChange = 0.1

// stretch is an interval of time whose values are summarised by their median.
type stretch struct {
	name     string
	width    time.Duration
	per      string
	unit     time.Duration // of slopes
	minCount int           // intervals needed for a trend
}

func stretches() []stretch {
	return []stretch{
		{"week", 7 * 24 * time.Hour, "day", 24 * time.Hour, minWeeks},
		{"day", 24 * time.Hour, "day", 24 * time.Hour, minStretches},
		{"hour", time.Hour, "hour", time.Hour, minStretches},
		{"10 minutes", 10 * time.Minute, "hour", time.Hour, minStretches},
	}
}

// trends returns the trends of all measures with values in enough intervals. It
// uses the longest intervals that are numerous enough, as neighbouring long
// intervals are the least correlated.
func (c *Collector) trends() []Trend {
	var all []Trend
	for _, m := range measures() {
		times, values := c.levelled(m.value)
		if t, ok := trend(m, times, values); ok {
			t.Median = stats.Median(c.values(c.places(), m.value))
			all = append(all, t)
		}
	}
	times, failed := c.outcomes()
	rate := measure{name: "failures", unit: "%", worse: 1, minChange: 1}
	if t, ok := trendOf(rate, times, failed, stats.Mean); ok && len(c.failures) > 0 {
		t.Median = stats.Mean(failed)
		all = append(all, t)
	}
	return all
}

func (c *Collector) places() []int {
	all := make([]int, len(c.items))
	for i := range all {
		all[i] = i
	}
	return all
}

// setting holds everything that is meant to affect speed.
type setting struct{ version, model, device, degraded string }

func (it *item) setting() setting {
	return setting{it.run.version, it.Model, it.Device, strings.Join(it.Degraded, ", ")}
}

// levelled returns the values of a measure with the effect of the setting removed:
// each is multiplied by the overall median divided by the median under its
// setting. A new model is a change, not a trend.
func (c *Collector) levelled(value func(*logrecord.Record) (float64, bool)) (times []time.Time, values []float64) {
	bySetting := map[setting][]float64{}
	var settings []setting
	for i := range c.items {
		it := &c.items[i]
		if v, ok := value(&it.Record); ok {
			s := it.setting()
			times, values, settings = append(times, it.Time), append(values, v), append(settings, s)
			bySetting[s] = append(bySetting[s], v)
		}
	}
	if len(bySetting) < 2 {
		return times, values
	}
	medians := map[setting]float64{}
	for s, v := range bySetting {
		medians[s] = stats.Median(v)
	}
	overall := stats.Median(values)
	for i, s := range settings {
		if medians[s] > 0 && overall > 0 {
			values[i] *= overall / medians[s]
		}
	}
	return times, values
}

// outcomes returns a value per item: 0 if it succeeded, 100 if it failed.
func (c *Collector) outcomes() (times []time.Time, failed []float64) {
	for i := range c.items {
		times, failed = append(times, c.items[i].Time), append(failed, 0)
	}
	for _, t := range c.failures {
		times, failed = append(times, t), append(failed, 100)
	}
	return times, failed
}

func trend(m measure, times []time.Time, values []float64) (Trend, bool) {
	return trendOf(m, times, values, stats.Median)
}

func trendOf(m measure, times []time.Time, values []float64, sum func([]float64) float64) (Trend, bool) {
	for _, s := range stretches() {
		x, y := sumUp(times, values, s, sum)
		if len(y) < s.minCount {
			continue
		}
		t := Trend{Measure: m.name, Unit: m.unit, Per: s.per, Stretch: s.name, N: len(y),
			Slope: stats.TheilSen(x, y), P: stats.MannKendall(x, y), Direction: "steady"}
		t.Change = t.Slope * (x[len(x)-1] - x[0])
		minChange := max(m.minChange, minRelativeChange*math.Abs(stats.Median(y)))
		if t.P < TrendSignificance && math.Abs(t.Change) >= minChange {
			if t.Direction = "rises"; t.Slope < 0 {
				t.Direction = "falls"
			}
			t.Worse = t.Slope*m.worse > 0
		}
		return t, true
	}
	return Trend{}, false
}

// sumUp groups values by interval. It returns, for each interval with values, its
// start relative to the first, in the unit of slopes, and the result of sum. Days
// begin at local midnight.
func sumUp(times []time.Time, values []float64, s stretch, sum func([]float64) float64) (x, y []float64) {
	groups := map[time.Time][]float64{}
	for i, t := range times {
		start := truncate(t, s.width)
		groups[start] = append(groups[start], values[i])
	}
	var starts []time.Time
	for start := range groups {
		starts = append(starts, start)
	}
	slices.SortFunc(starts, time.Time.Compare)
	for _, start := range starts {
		x = append(x, float64(start.Sub(starts[0]))/float64(s.unit))
		y = append(y, sum(groups[start]))
	}
	return x, y
}

// truncate returns the start of the interval that contains a time, counting hours
// and days in the time's location.
func truncate(t time.Time, width time.Duration) time.Time {
	_, offset := t.Zone()
	shift := time.Duration(offset) * time.Second
	start := t.Add(shift).Truncate(width)
	if width <= time.Hour {
		return start.Add(-shift)
	}
	// start has local wall-clock time as if it were UTC, because daylight saving time
	// may change the offset.
	y, m, d := start.UTC().Date()
	hour, minute, _ := start.UTC().Clock()
	return time.Date(y, m, d, hour, minute, 0, 0, t.Location())
}
