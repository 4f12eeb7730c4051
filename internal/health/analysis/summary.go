package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"voiceflow/internal/health/stats"
)

func (c *Collector) summarise() Summary {
	s := c.summary
	s.From, s.To = c.from, c.to
	s.Processes = len(c.runs)
	seconds := 0.0
	for _, it := range c.items {
		if it.File == "" {
			s.Utterances++
		} else {
			s.Files++
		}
		seconds += it.AudioSeconds
		s.Retries += it.Retries
	}
	s.AudioHours = seconds / 3600
	s.Failures = len(c.failures)
	if all := len(c.items) + s.Failures; all > 0 {
		s.FailureRate = float64(s.Failures) / float64(all)
		s.Availability = 1 - s.FailureRate
	}
	for _, r := range c.runs {
		if c.abnormal(r) != "" {
			s.AbnormalEnds++
		}
		s.Degraded = append(s.Degraded, c.degraded(r)...)
	}
	return s
}

// available formats the availability; "-" without items.
func (s Summary) available() string {
	if s.Utterances+s.Files+s.Failures == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", s.percent(2))
}

// percent returns the availability, rounded to a number of decimals so that a failure
// never makes it 100.
func (s Summary) percent(decimals int) float64 {
	unit := math.Pow10(decimals)
	if whole := 100 * unit; s.Failures > 0 {
		return min(math.Round(s.Availability*whole), whole-1) / unit
	}
	return 100 * s.Availability
}

// degraded returns the periods in which a run worked with less than was requested.
func (c *Collector) degraded(r *run) []Degraded {
	var all []Degraded
	what := ""
	for _, i := range r.items {
		it := &c.items[i]
		now := strings.Join(it.Degraded, ", ")
		if now != "" && now != what {
			all = append(all, Degraded{Program: r.program, PID: r.pid, From: it.Time, What: now})
		}
		if what = now; now != "" {
			last := &all[len(all)-1]
			last.To = it.Time
			last.Items++
		}
	}
	return all
}

// maxSlowest bounds the lists of the slowest items.
const maxSlowest = 10

// slowest returns the utterances that took longest, and the files that took
// longest for their length.
func (c *Collector) slowest() (utterances, files []Slow) {
	for _, it := range c.items {
		s := Slow{it.Time, it.Program, it.PID, it.ID, it.File,
			it.AudioSeconds, it.ProcessingSeconds, it.SpeedFactor, it.Retries}
		if it.File == "" {
			utterances = append(utterances, s)
		} else {
			files = append(files, s)
		}
	}
	slices.SortStableFunc(utterances, func(a, b Slow) int { return cmp.Compare(b.Processing, a.Processing) })
	slices.SortStableFunc(files, func(a, b Slow) int { return cmp.Compare(a.Speed, b.Speed) })
	return slices.Clone(utterances[:min(maxSlowest, len(utterances))]), slices.Clone(files[:min(maxSlowest, len(files))])
}

// aroundRefresh is how many items before and after a refresh are compared.
const aroundRefresh = 3

func (c *Collector) refreshes() Refreshes {
	var sum Refreshes
	var speedBefore, speedAfter, growthBefore, growthAfter []float64
	for _, r := range c.runs {
		count := 0
		for n, i := range r.items {
			it := &c.items[i]
			if n == 0 && !r.announced {
				count = it.Refreshes // earlier refreshes are not in these logs
			}
			if it.Refreshes <= count {
				continue
			}
			sum.Count += it.Refreshes - count
			count = it.Refreshes
			before, after := r.items[max(0, n-aroundRefresh):n], r.items[n:min(len(r.items), n+aroundRefresh)]
			speedBefore = append(speedBefore, c.values(before, speed)...)
			speedAfter = append(speedAfter, c.values(after, speed)...)
			growthBefore = append(growthBefore, c.values(before, growth)...)
			growthAfter = append(growthAfter, c.values(after, growth)...)
		}
	}
	if sum.Count > 0 {
		sum.ItemsPerRefresh = float64(len(c.items)) / float64(sum.Count)
	}
	sum.SpeedBefore, sum.SpeedAfter = stats.Median(speedBefore), stats.Median(speedAfter)
	sum.GrowthBefore, sum.GrowthAfter = stats.Median(growthBefore), stats.Median(growthAfter)
	return sum
}
