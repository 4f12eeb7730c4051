package analysis

import (
	"cmp"
	"slices"

	"voiceflow/internal/health/stats"
)

const (
	longProcess       = 60   // minimum number of items
	decayedTo         = 0.85 // maximum speed, relative to the first third
	grownBy           = 50.0 // MB, minimum
	decaySignificance = 0.01 // divided among the processes
	worstListed       = 5
)

// decay compares the last third of each long process with the first, using only
// the items made under its most frequent setting.
func (c *Collector) decay() Decay {
	var d Decay
	for _, r := range c.runs {
		places := c.mainSetting(r)
		if len(places) < longProcess {
			continue
		}
		third := len(places) / 3
		head, tail := places[:third], places[len(places)-third:]
		first, last := c.values(head, speed), c.values(tail, speed)
		growthFirst, growthLast := c.values(head, growth), c.values(tail, growth)
		l := LongDecay{Program: r.program, PID: r.pid, Items: len(places),
			From: c.items[places[0]].Time, To: c.items[places[len(places)-1]].Time,
			SpeedFirst: stats.Median(first), SpeedLast: stats.Median(last), P: stats.RankSum(first, last),
			GrowthFirst: stats.Median(growthFirst), GrowthLast: stats.Median(growthLast)}
		l.Grown = l.GrowthLast-l.GrowthFirst >= grownBy && stats.RankSum(growthFirst, growthLast) < decaySignificance
		d.Worst = append(d.Worst, l)
	}
	d.Processes = len(d.Worst)
	for i := range d.Worst {
		l := &d.Worst[i]
		l.Decayed = l.SpeedLast <= decayedTo*l.SpeedFirst && l.P < decaySignificance/float64(d.Processes)
		if l.Decayed {
			d.Decayed++
		}
		if l.Grown {
			d.Grown++
		}
	}
	slices.SortStableFunc(d.Worst, func(a, b LongDecay) int {
		return cmp.Compare(a.SpeedLast*b.SpeedFirst, b.SpeedLast*a.SpeedFirst)
	})
	d.Worst = d.Worst[:min(worstListed, len(d.Worst))]
	return d
}

// mainSetting returns the indexes of a run's items under its most frequent setting.
func (c *Collector) mainSetting(r *run) []int {
	bySetting := map[setting][]int{}
	var main setting
	for _, i := range r.items {
		s := c.items[i].setting()
		bySetting[s] = append(bySetting[s], i)
		if len(bySetting[s]) > len(bySetting[main]) {
			main = s
		}
	}
	return bySetting[main]
}
