package vad

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// checkProperty segments a stream and checks what must hold for every track: the
// utterances are in order and do not overlap, their PCM is that of the stream, and
// none is too long.
func checkProperty(t *testing.T, c Config, track []float32, samples []int16) {
	t.Helper()
	var end int64 // of the last utterance's PCM
	all := segment(c, track, samples)
	for i, u := range all {
		pcmEnd := u.PCMStart + int64(len(u.PCM))
		if u.PCMStart < end || u.Start < u.PCMStart || u.End <= u.Start || u.End > pcmEnd || pcmEnd > int64(len(samples)) {
			t.Fatalf("utterance %d of %+v: speech %d to %d, PCM %d to %d, after %d of %d samples",
				i, c, u.Start, u.End, u.PCMStart, pcmEnd, end, len(samples))
		}
		if !slices.Equal(u.PCM, samples[u.PCMStart:pcmEnd]) {
			t.Fatalf("utterance %d of %+v: the PCM does not match its position", i, c)
		}
		if longest := int64(c.MaxUtterance) * 16 / int64(time.Millisecond); int64(len(u.PCM)) > longest {
			t.Fatalf("utterance %d of %+v has %d samples, want at most %d", i, c, len(u.PCM), longest)
		}
		end = pcmEnd
	}
	if c.MinSpeech == 0 {
		checkNothingLost(t, c, track, all)
	}
}

// checkNothingLost checks that, if there is no minimum for clicks, all speech that
// is long enough to count after a lull is in an utterance.
func checkNothingLost(t *testing.T, c Config, track []float32, all []Utterance) {
	t.Helper()
	run := 0
	for i, p := range track {
		if run++; p < float32(c.Threshold) {
			run = 0
		}
		if run < resumeFrames {
			continue
		}
		at := int64(i-run+1) * FrameSize
		for len(all) > 0 && all[0].End <= at {
			all = all[1:]
		}
		if len(all) == 0 || at < all[0].Start {
			t.Fatalf("no utterance contains the speech in frames %d to %d of %+v", i-run+1, i, c)
		}
	}
}

// randomTrack returns stretches of similar probabilities, as speech has.
func randomTrack(r *rand.Rand, frames int) []float32 {
	track := make([]float32, frames)
	var level float32
	for i := range track {
		if r.IntN(25) == 0 {
			level = r.Float32()
		}
		track[i] = 0.8*level + 0.2*r.Float32()
	}
	return track
}

// randomSamples returns samples that are alternately loud and quiet, like speech.
func randomSamples(r *rand.Rand, n int) []int16 {
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(r.Uint32())
		if i/(5*FrameSize)%2 == 1 {
			samples[i] /= 16
		}
	}
	return samples
}

// randomConfig returns a valid configuration; most of its times are not multiples
// of a frame.
func randomConfig(r *rand.Rand) Config {
	upTo := func(ms int64) time.Duration { return time.Duration(r.Int64N(ms * int64(time.Millisecond))) }
	c := Config{Threshold: 0.05 + 0.9*r.Float64(), MinSpeech: upTo(300), PreRoll: upTo(500)}
	if r.IntN(4) == 0 {
		c.MinSpeech = 0
	}
	c.MinSilence = 50*time.Millisecond + upTo(700)
	c.PostRoll = time.Duration(r.Int64N(int64(c.MinSilence) + 1))
	c.MaxUtterance = time.Second + c.PreRoll + upTo(2000)
	return c
}

func TestSegmenterProperty(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := randomConfig(r)
		if err := c.Validate(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		track := randomTrack(r, 1000)
		checkProperty(t, c, track, randomSamples(r, len(track)*FrameSize-r.IntN(FrameSize)))
	}
}

// FuzzSegmenter turns each byte into a stretch of frames: the upper five bits are
// the probability, the lower three the number of frames, 1 to 128.
func FuzzSegmenter(f *testing.F) {
	f.Add(uint64(1), []byte{0x05, 0xff, 0x05, 0xff, 0xff, 0xff, 0x85, 0x07})
	f.Add(uint64(2), []byte{0xf8, 0x00, 0xf8, 0x07})
	f.Fuzz(func(t *testing.T, seed uint64, stretches []byte) {
		var track []float32
		for _, b := range stretches[:min(len(stretches), 32)] {
			track = append(track, slices.Repeat([]float32{float32(b>>3) / 31}, 1<<(b&7))...)
		}
		r := rand.New(rand.NewPCG(seed, 2))
		c := randomConfig(r)
		checkProperty(t, c, track, randomSamples(r, max(len(track)*FrameSize-r.IntN(FrameSize), 0)))
	})
}
