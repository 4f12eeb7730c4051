package soxr_test

import (
	"math"
	"slices"
	"testing"

	"voiceflow/pkg/audio/soxr"
)

// resample converts a signal block by block.
func resample(t *testing.T, inRate, outRate float64, in []float32, block int) []float32 {
	t.Helper()
	r, err := soxr.New(inRate, outRate)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []float32
	for b := range slices.Chunk(in, block) {
		if out, err = r.Process(out, b); err != nil {
			t.Fatal(err)
		}
	}
	if out, err = r.Flush(out); err != nil {
		t.Fatal(err)
	}
	return out
}

func sine(frequency, rate float64, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(0.5 * math.Sin(2*math.Pi*frequency*float64(i)/rate))
	}
	return out
}

// power returns the mean square of a - b in dB, without the edges, where the
// filters start and end.
func power(a, b []float32) float64 {
	const edge = 2000
	sum := 0.0
	for i := edge; i < len(a)-edge; i++ {
		d := float64(a[i] - b[i])
		sum += d * d
	}
	return 10 * math.Log10(sum/float64(len(a)-2*edge))
}

func TestLength(t *testing.T) {
	rates := [][2]float64{{44100, 16000}, {16000, 48000}, {48000, 16000}, {8000, 16000}, {11025, 16000},
		{16000, 16000}, {768000, 16000}, {767999, 16000}, {1000, 16000}, {15999.5, 16000}, {1, 256}, {256, 1}}
	for _, rate := range rates {
		for _, n := range []int{0, 1, 2, 999, 20000} {
			got := len(resample(t, rate[0], rate[1], make([]float32, n), 160))
			if want := float64(n) * rate[1] / rate[0]; math.Abs(float64(got)-want) > 1 {
				t.Errorf("%g to %g Hz: %d samples became %d, want %.1f", rate[0], rate[1], n, got, want)
			}
		}
	}
}

func TestBlocksDoNotMatter(t *testing.T) {
	in := sine(440, 44100, 20000)
	want := resample(t, 44100, 16000, in, len(in))
	for _, block := range []int{1, 160, 4097} {
		if got := resample(t, 44100, 16000, in, block); !slices.Equal(got, want) {
			t.Errorf("blocks of %d change the output", block)
		}
	}
}

func TestSineSurvives(t *testing.T) {
	const minSNR = 100 // dB
	for _, rates := range [][2]float64{{44100, 16000}, {48000, 16000}, {8000, 16000}, {16000, 48000}} {
		in, out := rates[0], rates[1]
		for _, hz := range []float64{100, 1000, 3000} {
			got := resample(t, in, out, sine(hz, in, int(in)), 160)
			want := sine(hz, out, int(out))
			zero := make([]float32, len(want))
			if snr := power(want, zero) - power(got, want); snr < minSNR {
				t.Errorf("%g to %g Hz: %g Hz has a signal-to-noise ratio of %.1f dB, want at least %d", in, out, hz, snr, minSNR)
			}
		}
	}
}

func TestAliasesVanish(t *testing.T) {
	for _, hz := range []float64{8200, 12000, 20000} {
		in := sine(hz, 44100, 44100)
		got := resample(t, 44100, 16000, in, 1000)
		rejection := power(in, make([]float32, len(in))) - power(got, make([]float32, len(got)))
		if rejection < 100 {
			t.Errorf("%g Hz is attenuated by only %.1f dB", hz, rejection)
		}
	}
}

// TestAligned checks that an impulse stays in its place.
func TestAligned(t *testing.T) {
	for _, at := range []int{0, 1, 160, 3333} {
		in := make([]float32, 5000)
		in[at] = 1
		out := resample(t, 16000, 48000, in, 160)
		peak := slices.Index(out, slices.Max(out))
		if d := peak - 3*at; d < -1 || d > 1 {
			t.Errorf("the impulse at %d comes out at %d, want %d", at, peak, 3*at)
		}
	}
}

// TestDelay checks the delay that the documentation of Resampler gives.
func TestDelay(t *testing.T) {
	const wantLeast, wantMost = 97, 586 // input samples
	r, err := soxr.New(16000, 48000)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in, out, made := make([]float32, 160), []float32(nil), 0
	least, most := math.Inf(1), 0.0
	for block := 1; block <= 3000; block++ {
		if out, err = r.Process(out[:0], in); err != nil {
			t.Fatal(err)
		}
		made += len(out)
		if block > 10 { // output has started by then
			late := float64(block*len(in)) - float64(made)/3
			least, most = min(least, late), max(most, late)
		}
	}
	if math.Floor(least) != wantLeast || math.Ceil(most) != wantMost {
		t.Errorf("the output is %.1f to %.1f samples late, want %d to %d", least, most, wantLeast, wantMost)
	}
}

func TestRefusedRates(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, rate := range [][2]float64{{0, 1}, {1, 0}, {-1, -1}, {nan, 1}, {1, nan}, {inf, 1}, {inf, inf}, {1, 257}, {257, 1}} {
		if r, err := soxr.New(rate[0], rate[1]); err == nil {
			r.Close()
			t.Errorf("%g to %g Hz is accepted", rate[0], rate[1])
		}
	}
}

func TestAfterTheEnd(t *testing.T) {
	r, err := soxr.New(16000, 48000)
	if err != nil {
		t.Fatal(err)
	}
	dst := []float32{1, 2}
	if got, err := r.Process(dst, nil); err != nil || len(got) != 2 {
		t.Errorf("no input: %v, %v", got, err)
	}
	if got, err := r.Flush(dst); err != nil || len(got) != 2 {
		t.Errorf("an empty stream: %v, %v", got, err)
	}
	for range 2 {
		_, perr := r.Process(nil, []float32{1})
		_, ferr := r.Flush(nil)
		if perr == nil || ferr == nil {
			t.Errorf("after the end: %v, %v", perr, ferr)
		}
		r.Close()
	}
}

// FuzzResampler resamples blocks of any sizes between any two rates and expects
// output of the right length and no memory errors.
func FuzzResampler(f *testing.F) {
	f.Add(uint32(44100), uint32(16000), []byte{1, 255, 0, 7, 160})
	f.Add(uint32(16000), uint32(48000), []byte{160, 160, 160})
	f.Add(uint32(1), uint32(256), []byte{3})
	f.Add(uint32(767999), uint32(16000), []byte{200, 1, 1})
	f.Fuzz(func(t *testing.T, inRate, outRate uint32, blocks []byte) {
		r, err := soxr.New(float64(inRate), float64(outRate))
		if err != nil {
			return
		}
		defer r.Close()
		var out []float32
		in := 0
		for _, n := range blocks[:min(len(blocks), 50)] {
			if out, err = r.Process(out, sine(440, 44100, int(n))); err != nil {
				t.Fatal(err)
			}
			in += int(n)
		}
		if out, err = r.Flush(out); err != nil {
			t.Fatal(err)
		}
		if want := float64(in) * float64(outRate) / float64(inRate); math.Abs(float64(len(out))-want) > 1 {
			t.Errorf("%d to %d Hz: %d samples became %d, want %.1f", inRate, outRate, in, len(out), want)
		}
	})
}
