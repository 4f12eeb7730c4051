package level_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"voiceflow/pkg/audio/level"
)

// sine returns a second of 1 kHz at 16 kHz, clipped to 16 bits.
func sine(amplitude, offset float64) []int16 {
	all := make([]int16, 16000)
	for i := range all {
		v := offset + amplitude*math.Sin(2*math.Pi*float64(i)/16)
		all[i] = int16(math.Round(max(-32768, min(32767, 32768*v))))
	}
	return all
}

func noise(amplitude float64) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]int16, 16000)
	for i := range all {
		all[i] = int16(32767 * amplitude * (2*r.Float64() - 1))
	}
	return all
}

func constant(n int, v int16) []int16 { return slices.Repeat([]int16{v}, n) }

func TestLevels(t *testing.T) {
	for _, tt := range []struct {
		name    string
		samples []int16
		want    level.Levels // Samples is not compared
	}{
		{"nothing", nil, level.Levels{Peak: -120, RMS: -120, Floor: -120}},
		{"silence", constant(16000, 0), level.Levels{Peak: -120, RMS: -120, Floor: -120}},
		{"half a sine", sine(0.5, 0), level.Levels{Peak: -6.02, RMS: -9.03, Floor: -9.03}},
		{"a soft sine", sine(0.001, 0), level.Levels{Peak: -59.94, RMS: -63.01, Floor: -63.01}},
		{"an offset", sine(0.1, 0.2), level.Levels{Peak: -10.46, RMS: -23.01, Floor: -23.01, DC: 0.2}},
		{"only an offset", constant(16000, -8192), level.Levels{Peak: -12.04, RMS: -120, Floor: -120, DC: -0.25}},
		{"the lowest sample", constant(1, math.MinInt16), level.Levels{RMS: -120, Floor: -120, Clipped: 1, DC: -1}},
		{"clipped", sine(2, 0), level.Levels{Peak: 0, RMS: -1.13, Floor: -1.13, Clipped: 10. / 16}},
		{"white noise", noise(0.1), level.Levels{Peak: -20, RMS: -24.77, Floor: -25.1}},
		{"half a second of pause", slices.Concat(sine(0.5, 0), constant(8000, 1)),
			level.Levels{Peak: -6.02, RMS: -10.79, Floor: -120}},
		{"a click's dropout", slices.Concat(constant(640, 0), sine(0.5, 0)),
			level.Levels{Peak: -6.02, RMS: -9.2, Floor: -9.03}},
		{"less than a frame", sine(0.5, 0)[:160], level.Levels{Peak: -6.02, RMS: -9.03, Floor: -9.03}},
	} {
		got := level.Of(tt.samples)
		if got.Samples != int64(len(tt.samples)) {
			t.Errorf("%s: %d samples, want %d", tt.name, got.Samples, len(tt.samples))
		}
		for _, m := range []struct {
			what             string
			got, want, limit float64
		}{
			{"peak", got.Peak, tt.want.Peak, 0.02},
			{"RMS", got.RMS, tt.want.RMS, 0.1},
			{"floor", got.Floor, tt.want.Floor, 0.2},
			{"clipped", got.Clipped, tt.want.Clipped, 1e-9},
			{"DC", got.DC, tt.want.DC, 2e-4},
		} {
			if !(math.Abs(m.got-m.want) <= m.limit) {
				t.Errorf("%s: %s is %.4f, want %.4f", tt.name, m.what, m.got, m.want)
			}
		}
	}
}

// TestPortions checks that the result does not depend on how the samples arrive.
func TestPortions(t *testing.T) {
	all := slices.Concat(noise(0.3), sine(0.9, 0.05), constant(777, 3))
	for _, size := range []int{1, 7, 319, 320, 321, 4096} {
		var m level.Measure
		for portion := range slices.Chunk(all, size) {
			m.Push(portion)
		}
		if got, want := m.Levels(), level.Of(all); got != want {
			t.Errorf("in blocks of %d: %+v, want %+v", size, got, want)
		}
	}
}

func TestDecibels(t *testing.T) {
	for amplitude, want := range map[float64]float64{1: 0, 0.1: -20, 0.001: -60, 1e-6: -120, 1e-9: -120, 0: -120, -1: -120} {
		if got := level.Decibels(amplitude); math.Abs(got-want) > 1e-9 {
			t.Errorf("%g is %g dBFS, want %g", amplitude, got, want)
		}
	}
}
