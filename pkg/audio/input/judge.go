package input

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrNotPCM means that the format of a stream is not recognised, and that its
// bytes do not make sense as PCM.
var ErrNotPCM = errors.New("neither 16-bit 16 kHz mono PCM nor a format with a header that is recognised; " +
	"if you know the format, pipe it through ffmpeg -f FORMAT -i - -f wav -")

// judge tells PCM from other bytes: compressed audio, and samples of another
// width or byte order. Read as PCM, those jump across the whole range from one
// sample to the next, unlike real sound at 16 kHz, or reveal their width in how
// neighbouring samples relate.
//
// Silence looks the same in most formats, so only loud samples count, window by
// window, until there are enough of them.
type judge struct {
	last  int
	count int // samples so far
	good  int // windows that may be PCM
	bad   int // windows that cannot be PCM
	window
}

// window is a stretch of samples that contains windowLoud loud ones.
type window struct {
	loud  int        // samples that are loud or follow a loud one
	jumps int        // loud samples far from the one before
	sum   float64    // of the loud samples
	power [2]float64 // of all samples at even and odd positions

	// step is the total distance of loud samples from the one before, at even and
	// odd positions. The rest treats the two bytes of a loud sample as 8-bit
	// samples: the power of each, that of their difference, and the sum of the
	// high bytes.
	step                           [2]float64
	low, high, difference, highSum float64
}

const (
	loudSample = 1024  // -30 dBFS
	farJump    = 24576 // three eighths of the range
	windowLoud = 1600  // loud samples per window: 100 ms
	fewLoud    = 200   // loud samples that suffice for a verdict at the end of a stream
	// badWindows more bad windows than good ones mean that it is not PCM: a
	// microphone may start with a bang, and hiss may be very loud.
	badWindows = 2
	// sureWindows more good windows than bad ones leave no doubt.
	sureWindows = 20
)

// hear takes the next samples and reports whether the stream may still be PCM.
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

// end is like hear, but for the end of a stream, which may be short.
func (j *judge) end() bool {
	if j.good <= j.bad && j.loud >= fewLoud {
		return j.plausible()
	}
	return j.good >= j.bad
}

// sure reports whether the stream is PCM without doubt.
func (j *judge) sure() bool { return j.good >= j.bad+sureWindows }

func (j *judge) loudSample(v int) {
	j.loud++
	j.sum += float64(v)
	if j.count > 1 {
		j.step[j.count&1] += math.Abs(float64(v - j.last))
	}
	// An overdriven microphone also makes the samples jump, but to and from the
	// ends of the range.
	if d := v - j.last; max(d, -d) > farJump && !atEnds(v) && !atEnds(j.last) {
		j.jumps++
	}
	low, high := float64(int8(v)), float64(v>>8)
	j.low += low * low
	j.high += high * high
	j.highSum += high
	j.difference += (low - high) * (low - high)
}

// atEnds reports whether a sample is at either end of the range.
func atEnds(v int) bool { return v >= math.MaxInt16-1 || v <= math.MinInt16+1 }

func (j *window) plausible() bool {
	loud := float64(j.loud)
	even, odd := j.power[0], j.power[1]
	switch {
	// Noise at half the range has 6 % jumps, mu-law, unsigned and float samples
	// 14 % and more, compressed audio 20 to 40 %, recordings none.
	case float64(j.jumps) > 0.1*loud:
		return false
	case math.Abs(j.sum) > 20000*loud: // unsigned
		return false
	case max(even, odd) > 8*min(even, odd): // halves of 32-bit samples
		return false
	case max(j.step[0], j.step[1]) > 4*min(j.step[0], j.step[1]): // two similar channels
		return false
	}
	mean := j.highSum / loud
	varied := j.high/loud-mean*mean > 4
	return !varied || j.loud < windowLoud || j.difference > 0.2*(j.low+j.high) // otherwise 8-bit samples
}

// isPCM reports whether head may be the beginning of a PCM stream.
func isPCM(head []byte) bool {
	samples := make([]int16, len(head)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(head[2*i:]))
	}
	return new(judge).hear(samples)
}
