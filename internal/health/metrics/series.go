package metrics

import (
	"math"
	"slices"
	"time"

	"voiceflow/internal/logrecord"
)

// Bucket summarises the readings of an interval.
type Bucket struct {
	Start      time.Time
	Utterances int // files included
	Failures   int
	Problems   int
	Retries    int
	Refreshes  int
	Audio      float64      // seconds
	Processing Distribution // without files, whose times depend on their lengths
	Latency    Distribution // the same
	Speed      Distribution
	MemoryMB   float64 // highest
	GrowthMB   float64 // highest
	CPUPercent float64 // highest
	Queue      int     // longest
}

// Series holds the buckets of a period in order of time, without empty ones. Its
// memory use depends on the period, not on the number of readings.
type Series struct {
	width     time.Duration
	buckets   []*Bucket
	refreshes map[int]int // latest count by PID
}

// NewSeries returns an empty Series with buckets of the given width.
func NewSeries(width time.Duration) *Series {
	return &Series{width: width, refreshes: map[int]int{}}
}

// Add counts a reading. Readings may come in any order, but usually come in order
// of time.
func (s *Series) Add(r logrecord.Record) {
	if r.Event != logrecord.Utterance && r.Event != logrecord.Failure && r.Event != logrecord.Problem {
		if r.Event == logrecord.Started {
			s.refreshes[r.PID] = 0
		}
		return
	}
	b := s.bucket(r.Time.Truncate(s.width))
	switch r.Event {
	case logrecord.Failure:
		b.Failures++
		return
	case logrecord.Problem:
		b.Problems++
		return
	}
	b.Utterances++
	b.Audio += r.AudioSeconds
	if r.File == "" {
		b.Processing.Add(r.ProcessingSeconds)
	}
	b.Speed.Add(r.SpeedFactor)
	if r.LatencySeconds > 0 {
		b.Latency.Add(r.LatencySeconds)
	}
	b.Retries += r.Retries
	// Refreshes before the first reading of a process belong to an earlier time.
	if before, ok := s.refreshes[r.PID]; ok {
		b.Refreshes += max(0, r.Refreshes-before)
	}
	s.refreshes[r.PID] = r.Refreshes
	b.MemoryMB, b.GrowthMB = max(b.MemoryMB, r.MemoryMB), max(b.GrowthMB, r.GrowthMB)
	b.CPUPercent, b.Queue = max(b.CPUPercent, r.CPUPercent), max(b.Queue, r.Queue)
}

// Skip records the process's running counts from a reading outside the period, so
// that Add can count from there.
func (s *Series) Skip(r logrecord.Record) {
	switch r.Event {
	case logrecord.Started:
		s.refreshes[r.PID] = 0
	case logrecord.Utterance:
		s.refreshes[r.PID] = r.Refreshes
	}
}

func (s *Series) bucket(start time.Time) *Bucket {
	byStart := func(b *Bucket, t time.Time) int { return b.Start.Compare(t) }
	i, found := slices.BinarySearchFunc(s.buckets, start, byStart)
	if !found {
		s.buckets = slices.Insert(s.buckets, i, &Bucket{Start: start})
	}
	return s.buckets[i]
}

// Buckets returns copies of the buckets that begin between two times, including
// the one that contains from, merged into at most n of equal width, oldest first.
func (s *Series) Buckets(from, to time.Time, n int) []Bucket {
	from = from.Truncate(s.width)
	var inRange []*Bucket
	for _, b := range s.buckets {
		if !b.Start.Before(from) && !b.Start.After(to) {
			inRange = append(inRange, b)
		}
	}
	if len(inRange) == 0 || n <= 0 {
		return nil
	}
	span := inRange[len(inRange)-1].Start.Add(s.width).Sub(inRange[0].Start)
	// n-1, as the first bucket may begin in the middle of a merged one.
	width := s.width * time.Duration(math.Ceil(float64(span)/float64(s.width)/float64(max(n-1, 1))))
	var merged []Bucket
	for _, b := range inRange {
		start := b.Start.Truncate(width)
		if len(merged) == 0 || !merged[len(merged)-1].Start.Equal(start) {
			merged = append(merged, Bucket{Start: start})
		}
		merged[len(merged)-1].merge(b)
	}
	return merged
}

// Forget drops the buckets that do not begin between two times: old ones, and those
// that a clock that was ahead has left in the future.
func (s *Series) Forget(before, after time.Time) {
	outside := func(b *Bucket) bool { return b.Start.Before(before) || b.Start.After(after) }
	s.buckets = slices.DeleteFunc(s.buckets, outside)
}

func (b *Bucket) merge(o *Bucket) {
	b.Utterances += o.Utterances
	b.Failures += o.Failures
	b.Problems += o.Problems
	b.Retries += o.Retries
	b.Refreshes += o.Refreshes
	b.Audio += o.Audio
	b.Processing.merge(&o.Processing)
	b.Latency.merge(&o.Latency)
	b.Speed.merge(&o.Speed)
	b.MemoryMB, b.GrowthMB = max(b.MemoryMB, o.MemoryMB), max(b.GrowthMB, o.GrowthMB)
	b.CPUPercent, b.Queue = max(b.CPUPercent, o.CPUPercent), max(b.Queue, o.Queue)
}

// Distribution counts values in classes that each are 5 % wider than the last, so
// that any two can be merged and quantiles are accurate to 2.5 %, as in DDSketch
// (Masson, Rim and Lee, 2019). Values below 0.0001 count as 0.0001.
type Distribution struct {
	N       int
	Sum     float64
	Max     float64
	classes map[int16]uint32
}

const (
	classGrowth   = 1.05
	smallestValue = 1e-4
)

// Add counts a value; values that are not finite are ignored.
func (d *Distribution) Add(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	if d.classes == nil {
		d.classes = map[int16]uint32{}
	}
	d.N++
	d.Sum += v
	d.Max = max(d.Max, v)
	d.classes[int16(math.Round(math.Log(max(v, smallestValue))/math.Log(classGrowth)))]++
}

// Mean returns the mean; 0 without values.
func (d *Distribution) Mean() float64 {
	if d.N == 0 {
		return 0
	}
	return d.Sum / float64(d.N)
}

// Quantile returns the value below which a share q (0 to 1) of all values lies; 0
// without values.
func (d *Distribution) Quantile(q float64) float64 {
	if d.N == 0 {
		return 0
	}
	var classes []int16
	for c := range d.classes {
		classes = append(classes, c)
	}
	slices.Sort(classes)
	rank, seen := q*float64(d.N-1), 0.0
	for _, c := range classes {
		if seen += float64(d.classes[c]); seen > rank {
			return min(math.Pow(classGrowth, float64(c)), d.Max)
		}
	}
	return d.Max
}

func (d *Distribution) merge(o *Distribution) {
	if d.classes == nil && o.classes != nil {
		d.classes = map[int16]uint32{}
	}
	d.N += o.N
	d.Sum += o.Sum
	d.Max = max(d.Max, o.Max)
	for c, n := range o.classes {
		d.classes[c] += n
	}
}

// Sum merges buckets into one that starts with the first.
func Sum(buckets []Bucket) Bucket {
	var sum Bucket
	for i := range buckets {
		if i == 0 {
			sum.Start = buckets[0].Start
		}
		sum.merge(&buckets[i])
	}
	return sum
}
