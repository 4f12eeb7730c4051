package input

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrNotPCM says that a stream is in no format that is recognised, and that its
// bytes make no sound when they are taken for PCM.
var ErrNotPCM = errors.New("neither 16-bit 16 kHz mono PCM nor a format with a header that is known here; if you know what it is, pipe it through ffmpeg -f FORMAT -i - -f wav -")

// judge tells PCM from bytes that are something else: compressed audio and
// samples of another width or order of bytes. Taken for PCM, those jump across
// the whole range from sample to sample, as sound does not that is sampled at
// 16 kHz, or show their width in the relation between neighbours.
//
// It judges the loud samples, since silence is silence in most formats, window
// by window, until it has heard enough of them.
type judge struct {
	last  int
	count int // samples
	good  int // windows that may be PCM
	bad   int // windows that cannot
	window
}

// window is so many loud samples, and what lies between them.
type window struct {
	loud  int        // samples that are loud or follow one that is
	jumps int        // of them, those far away from the one before
	sum   float64    // of them
	power [2]float64 // of all samples in even and in odd places

	// Of the loud ones: how far they are from the one before, those in even and in
	// odd places, and the two bytes, taken as samples of 8 bits.
	step                    [2]float64
	low, high, apart, highs float64
}

const (
	loudSample = 1024  // -30 dBFS
	farJump    = 24576 // three eighths of the range
	windowLoud = 1600  // loud samples in a window: 100 ms
	fewLoud    = 200   // loud samples that do for a verdict at the end of a stream
	badWindows = 2     // more than good ones say that it is not PCM: a microphone may begin with a bang, and hiss may be very loud
	doubts     = 20    // good windows more than bad ones leave no doubt
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
		if j.loud == windowLoud {
			j.close()
		}
		if j.bad >= j.good+badWindows {
			return false
		}
	}
	return true
}

// close ends a window.
func (j *judge) close() {
	if j.plausible() {
		j.good++
	} else {
		j.bad++
	}
	j.window = window{}
}

// end is hear at the end of the stream, which may be a short one.
func (j *judge) end() bool {
	if j.good <= j.bad && j.loud >= fewLoud {
		return j.plausible()
	}
	return j.good >= j.bad
}

// sure reports whether there is no doubt left.
func (j *judge) sure() bool { return j.good >= j.bad+doubts }

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

func (j *window) plausible() bool {
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
	return !varied || j.loud < windowLoud || j.apart > 0.2*(j.low+j.high) // else samples of 8 bits
}

// isPCM judges the beginning of a stream.
func isPCM(head []byte) bool {
	samples := make([]int16, len(head)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(head[2*i:]))
	}
	return new(judge).hear(samples)
}
