package input

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrNotPCM says that a stream is in no format that is recognised, and that its
// bytes make no sound when they are taken for PCM.
var ErrNotPCM = errors.New("neither 16-bit 16 kHz mono PCM nor a format with a header that is known here")

// judge tells PCM from bytes that are something else: compressed audio and
// samples of another width or order of bytes. Taken for PCM, those jump across
// the whole range from sample to sample, as sound does not that is sampled at
// 16 kHz, or show their width in the relation between neighbours.
//
// It judges the loud samples, since silence is silence in most formats, until
// it has heard enough of them.
type judge struct {
	last  int
	loud  int        // samples that are loud or follow one that is
	jumps int        // of them, those far away from the one before
	sum   float64    // of them
	count int        // all samples
	power [2]float64 // of the even and the odd ones of all

	// Of the loud ones: how far they are from the one before, those in even and in
	// odd places, and the two bytes, taken as samples of 8 bits.
	step                    [2]float64
	low, high, apart, highs float64
}

const (
	loudSample = 1024  // -30 dBFS
	farJump    = 24576 // three eighths of the range
	minLoud    = 200   // loud samples that are needed for a verdict
	maxLoud    = 32000 // loud samples after which there is no doubt: 2 s
)

// hear takes the next samples and reports whether they still may be PCM.
func (j *judge) hear(samples []int16) bool {
	for _, s := range samples {
		v := int(s)
		j.power[j.count&1] += float64(v) * float64(v)
		j.count++
		if max(v, -v) >= loudSample || max(j.last, -j.last) >= loudSample {
			j.loudSample(v)
		}
		j.last = v
	}
	return j.loud < minLoud || j.plausible()
}

func (j *judge) loudSample(v int) {
	j.loud++
	j.sum += float64(v)
	if j.count > 1 {
		j.step[j.count&1] += math.Abs(float64(v - j.last))
	}
	// A microphone that is far too loud jumps, too, but to and from the ends.
	if d := v - j.last; max(d, -d) > farJump && !atEnds(v) && !atEnds(j.last) {
		j.jumps++
	}
	low, high := float64(int8(v)), float64(v>>8)
	j.low += low * low
	j.high += high * high
	j.highs += high
	j.apart += (low - high) * (low - high)
}

// atEnds reports whether a sample is at an end of the range.
func atEnds(v int) bool { return v >= math.MaxInt16-1 || v <= math.MinInt16+1 }

func (j *judge) plausible() bool {
	loud := float64(j.loud)
	even, odd := j.power[0], j.power[1]
	switch {
	// Noise at half the range has 6 %, mu-law, unsigned and float samples 14 %
	// and more, compressed audio 20 to 40 %; recordings have none.
	case float64(j.jumps) > 0.1*loud:
		return false
	case math.Abs(j.sum) > 20000*loud: // unsigned
		return false
	case max(even, odd) > 8*min(even, odd): // halves of 32-bit samples
		return false
	case max(j.step[0], j.step[1]) > 4*min(j.step[0], j.step[1]): // two channels that are much the same
		return false
	}
	mean := j.highs / loud
	varied := j.high/loud-mean*mean > 4
	return !varied || j.loud < 3*minLoud || j.apart > 0.2*(j.low+j.high) // else samples of 8 bits
}

// sure reports whether there is no doubt left.
func (j *judge) sure() bool { return j.loud >= maxLoud }

// isPCM judges the beginning of a stream.
func isPCM(head []byte) bool {
	samples := make([]int16, len(head)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(head[2*i:]))
	}
	return new(judge).hear(samples)
}
