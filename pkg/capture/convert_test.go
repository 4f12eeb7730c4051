package capture

import (
	"math"
	"math/rand/v2"
	"testing"

	"voiceflow/pkg/audio"
)

// tones returns frames at a rate in Hz, with a different tone on each channel.
func tones(rate float64, seconds float64, hz ...float64) []int16 {
	var frames []int16
	for i := range int(rate * seconds) {
		for _, f := range hz {
			frames = append(frames, int16(10000*math.Sin(2*math.Pi*f*float64(i)/rate)))
		}
	}
	return frames
}

// convertAll converts frames in blocks of random sizes.
func convertAll(t *testing.T, c *converter, frames []int16) []int16 {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var out []int16
	for len(frames) > 0 {
		n := min(random.IntN(1000), len(frames))
		made, err := c.convert(frames[:n])
		if err != nil {
			t.Fatal(err)
		}
		out, frames = append(out, made...), frames[n:]
	}
	rest, err := c.flush()
	if err != nil {
		t.Fatal(err)
	}
	return append(out, rest...)
}

func TestConvert(t *testing.T) {
	for _, rate := range []float64{16000, 8000, 44100, 48000, 96000} {
		for _, tc := range []struct {
			hz      []float64
			channel int
			want    []float64 // tones whose mean is expected
		}{
			{[]float64{440}, 0, []float64{440}},
			{[]float64{440}, 1, []float64{440}},
			{[]float64{440, 1000}, 0, []float64{440, 1000}},
			{[]float64{440, 1000}, 1, []float64{440}},
			{[]float64{440, 1000}, 2, []float64{1000}},
			{[]float64{440, 1000, 200}, 3, []float64{200}},
		} {
			c, err := newConverter(rate, len(tc.hz), tc.channel)
			if err != nil {
				t.Fatal(err)
			}
			got := convertAll(t, c, tones(rate, 1, tc.hz...))
			c.close()
			if len(got) != audio.SampleRate {
				t.Errorf("%g Hz, %v: %d samples, want a second", rate, tc, len(got))
				continue
			}
			var worst float64 // without the ends, where filters ring
			for i := 800; i < len(got)-800; i++ {
				var want float64
				for _, f := range tc.want {
					want += 10000 * math.Sin(2*math.Pi*f*float64(i)/audio.SampleRate) / float64(len(tc.want))
				}
				worst = max(worst, math.Abs(want-float64(got[i])))
			}
			if worst > 3 {
				t.Errorf("%g Hz, %v: off by %g", rate, tc, worst)
			}
		}
	}
}

func TestMeanDoesNotOverflow(t *testing.T) {
	c, err := newConverter(audio.SampleRate, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.convert([]int16{math.MaxInt16, math.MaxInt16, math.MaxInt16, math.MaxInt16, math.MinInt16, math.MinInt16, math.MinInt16, math.MinInt16})
	if err != nil || len(got) != 2 || got[0] != math.MaxInt16 || got[1] != math.MinInt16 {
		t.Errorf("%v, %v", got, err)
	}
}
