package analysis

import (
	"slices"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/stats"
	"voiceflow/internal/logrecord"
)

// measure is a quantity measured per item.
type measure struct {
	name  string
	unit  string
	value func(*logrecord.Record) (v float64, ok bool)
	// worse is +1 if higher values are worse, -1 if lower values are.
	worse float64
	// minChange is the smallest change worth reporting, in the measure's unit.
	minChange float64
	limit     func(metrics.Limits) float64 // shown in the plots; nil: none
}

func processing(r *logrecord.Record) (float64, bool) {
	return r.ProcessingSeconds, r.File == "" && r.ProcessingSeconds > 0
}
func speed(r *logrecord.Record) (float64, bool)   { return r.SpeedFactor, r.SpeedFactor > 0 }
func latency(r *logrecord.Record) (float64, bool) { return r.LatencySeconds, r.LatencySeconds > 0 }
func memory(r *logrecord.Record) (float64, bool)  { return r.MemoryMB, r.MemoryMB > 0 }
func growth(r *logrecord.Record) (float64, bool)  { return r.GrowthMB, r.MemoryMB > 0 }
func cpu(r *logrecord.Record) (float64, bool)     { return r.CPUPercent, r.CPUPercent > 0 }

// queue ignores files: all files of a batch are queued at once.
func queue(r *logrecord.Record) (float64, bool) { return float64(r.Queue), r.File == "" }

// measures returns the measures of a report, in the order shown.
func measures() []measure {
	return []measure{
		{"processing time", "s", processing, 1, 0.02, func(l metrics.Limits) float64 { return l.Processing.Seconds() }},
		{"speed factor", "", speed, -1, 0.1, func(l metrics.Limits) float64 { return l.SpeedWarning }},
		{"latency", "s", latency, 1, 0.02, func(l metrics.Limits) float64 { return l.Latency.Seconds() }},
		{"memory", "MB", memory, 1, 20, nil},
		{"memory growth", "MB", growth, 1, 20, func(l metrics.Limits) float64 { return l.MemoryMB }},
		{"CPU", "%", cpu, 1, 5, func(l metrics.Limits) float64 { return l.CPUPercent }},
		{"queue", "", queue, 1, 1, nil},
	}
}

// values returns a measure's values for the items with the given indexes.
func (c *Collector) values(places []int, value func(*logrecord.Record) (float64, bool)) []float64 {
	var all []float64
	for _, i := range places {
		if v, ok := value(&c.items[i].Record); ok {
			all = append(all, v)
		}
	}
	return all
}

func (c *Collector) percentiles() []Percentiles {
	var all []Percentiles
	for _, m := range measures() {
		var values []float64
		for i := range c.items {
			if v, ok := m.value(&c.items[i].Record); ok {
				values = append(values, v)
			}
		}
		if len(values) == 0 {
			continue
		}
		slices.Sort(values)
		at := func(q float64) float64 { return stats.Quantile(values, q) }
		all = append(all, Percentiles{Measure: m.name, Unit: m.unit, N: len(values), Min: values[0],
			P1: at(0.01), P5: at(0.05), P50: at(0.5), P90: at(0.9), P95: at(0.95), P99: at(0.99),
			Max: values[len(values)-1]})
	}
	return all
}
