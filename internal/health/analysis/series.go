package analysis

import (
	"slices"
	"time"

	"voiceflow/internal/health/stats"
)

// maxPoints bounds the number of points in a plot, and thus its size.
const maxPoints = 150

func widths() []time.Duration {
	day := 24 * time.Hour
	return []time.Duration{time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
		2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
		day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day}
}

// series summarises the items in intervals of equal width.
func (c *Collector) series() Series {
	if c.readings == 0 {
		return Series{}
	}
	width := c.to.Sub(c.from)
	for _, w := range widths() {
		if c.to.Sub(c.from) <= (maxPoints-1)*w {
			width = w
			break
		}
	}
	s := Series{Width: width}
	for _, m := range measures() {
		groups := map[time.Time][]float64{}
		for i := range c.items {
			it := &c.items[i]
			if v, ok := m.value(&it.Record); ok {
				start := truncate(it.Time, width)
				groups[start] = append(groups[start], v)
			}
		}
		if len(groups) > 0 {
			s.Measures = append(s.Measures, Line{m.name, m.unit, points(groups)})
		}
	}
	s.Failures = c.counts(width)
	return s
}

func points(groups map[time.Time][]float64) []Point {
	var all []Point
	for start, values := range groups {
		slices.Sort(values)
		at := func(q float64) float64 { return stats.Quantile(values, q) }
		all = append(all, Point{start, len(values), at(0.1), at(0.25), at(0.5), at(0.75), at(0.9)})
	}
	slices.SortFunc(all, func(a, b Point) int { return a.Time.Compare(b.Time) })
	return all
}

func (c *Collector) counts(width time.Duration) []Count {
	groups := map[time.Time]*Count{}
	count := func(t time.Time, failed int) {
		start := truncate(t, width)
		if groups[start] == nil {
			groups[start] = &Count{Time: start}
		}
		groups[start].Items++
		groups[start].Failures += failed
	}
	for i := range c.items {
		count(c.items[i].Time, 0)
	}
	for _, t := range c.failures {
		count(t, 1)
	}
	var all []Count
	for _, n := range groups {
		all = append(all, *n)
	}
	slices.SortFunc(all, func(a, b Count) int { return a.Time.Compare(b.Time) })
	return all
}
