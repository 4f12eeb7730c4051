package metrics

import (
	"math"
	"slices"
	"time"

	"voiceflow/internal/logrecord"
)

// Bucket sums up the readings of a stretch of time.
type Bucket struct {
	Start      time.Time
	Utterances int // files included
	Failures   int
	Problems   int
	Retries    int
	Refreshes  int
	Audio      float64 // seconds
	Processing Distribution
	Latency    Distribution
	Speed      Distribution
	MemoryMB   float64 // highest
	GrowthMB   float64 // highest
	CPUPercent float64 // highest
	Queue      int     // longest
}

// Series are the buckets of a time, in order; those without readings are
// missing. Its memory depends on the time covered, not on the readings.
type Series struct {
	width     time.Duration
	buckets   []*Bucket
	refreshes map[int]int // the last count of each process
}

// NewSeries makes buckets of a width, which for a day's chart is a minute.
func NewSeries(width time.Duration) *Series {
	return &Series{width: width, refreshes: map[int]int{}}
}

// Add counts a reading. Readings may come in any order, the usual one is that
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
	b.Processing.Add(r.ProcessingSeconds)
	b.Speed.Add(r.SpeedFactor)
	if r.LatencySeconds > 0 {
		b.Latency.Add(r.LatencySeconds)
	}
	b.Retries += r.Retries
	// What a process had done before its first reading is of another time.
	if before, known := s.refreshes[r.PID]; known {
		b.Refreshes += max(0, r.Refreshes-before)
	}
	s.refreshes[r.PID] = r.Refreshes
	b.MemoryMB, b.GrowthMB = max(b.MemoryMB, r.MemoryMB), max(b.GrowthMB, r.GrowthMB)
	b.CPUPercent, b.Queue = max(b.CPUPercent, r.CPUPercent), max(b.Queue, r.Queue)
}

// Skip notes a reading of a time that is not wanted: what its process counts
// itself goes on from there.
func (s *Series) Skip(r logrecord.Record) {
	switch r.Event {
	case logrecord.Started:
		s.refreshes[r.PID] = 0
	case logrecord.Utterance:
		s.refreshes[r.PID] = r.Refreshes
	}
}

func (s *Series) bucket(start time.Time) *Bucket {
	i, found := slices.BinarySearchFunc(s.buckets, start, func(b *Bucket, t time.Time) int { return b.Start.Compare(t) })
	if !found {
		s.buckets = slices.Insert(s.buckets, i, &Bucket{Start: start})
	}
	return s.buckets[i]
}

// Buckets are those that begin between two times, that with the first of them
// included, joined to at most n of equal width, oldest first. They are copies.
func (s *Series) Buckets(from, to time.Time, n int) []Bucket {
	from = from.Truncate(s.width)
	var chosen []*Bucket
	for _, b := range s.buckets {
		if !b.Start.Before(from) && !b.Start.After(to) {
			chosen = append(chosen, b)
		}
	}
	if len(chosen) == 0 || n <= 0 {
		return nil
	}
	span := chosen[len(chosen)-1].Start.Add(s.width).Sub(chosen[0].Start)
	// One more than n would need: the first may begin within a joined bucket.
	width := s.width * time.Duration(math.Ceil(float64(span)/float64(s.width)/float64(max(n-1, 1))))
	var joined []Bucket
	for _, b := range chosen {
		start := b.Start.Truncate(width)
		if len(joined) == 0 || !joined[len(joined)-1].Start.Equal(start) {
			joined = append(joined, Bucket{Start: start})
		}
		joined[len(joined)-1].join(b)
	}
	return joined
}

// Forget drops what is not between two times: what is too old, and what a clock
// that was ahead has left in the future.
func (s *Series) Forget(before, after time.Time) {
	s.buckets = slices.DeleteFunc(s.buckets, func(b *Bucket) bool { return b.Start.Before(before) || b.Start.After(after) })
}

func (b *Bucket) join(o *Bucket) {
	b.Utterances += o.Utterances
	b.Failures += o.Failures
	b.Problems += o.Problems
	b.Retries += o.Retries
	b.Refreshes += o.Refreshes
	b.Audio += o.Audio
	b.Processing.join(&o.Processing)
	b.Latency.join(&o.Latency)
	b.Speed.join(&o.Speed)
	b.MemoryMB, b.GrowthMB = max(b.MemoryMB, o.MemoryMB), max(b.GrowthMB, o.GrowthMB)
	b.CPUPercent, b.Queue = max(b.CPUPercent, o.CPUPercent), max(b.Queue, o.Queue)
}

// Distribution counts values in classes that grow by 5 %, so that quantiles of
// any two can be joined and are right within 2.5 %, as DDSketch does it (Masson,
// Rim and Lee, 2019). Values below a tenth of a millisecond count as that.
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

// Add counts a value; one that is not finite is ignored.
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

// Mean is 0 without values.
func (d *Distribution) Mean() float64 {
	if d.N == 0 {
		return 0
	}
	return d.Sum / float64(d.N)
}

// Quantile is the value below which the share q of all lies, 0 without values.
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

func (d *Distribution) join(o *Distribution) {
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

// Sum joins buckets into one, which starts as the first does.
func Sum(buckets []Bucket) Bucket {
	var sum Bucket
	for i := range buckets {
		if i == 0 {
			sum.Start = buckets[0].Start
		}
		sum.join(&buckets[i])
	}
	return sum
}
