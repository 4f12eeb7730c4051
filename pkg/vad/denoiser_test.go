package vad

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"voiceflow/pkg/audio"
)

// denoise passes samples through a denoiser in blocks.
func denoise(t *testing.T, samples []int16, block int) (all []int16) {
	t.Helper()
	d, err := NewDenoiser()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for b := range slices.Chunk(samples, block) {
		out, err := d.Push(b)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, out...)
	}
	out, err := d.Flush()
	if err != nil {
		t.Fatal(err)
	}
	return append(all, out...)
}

func TestDenoiserLength(t *testing.T) {
	speech := recording(t, "../../testdata/recordings/sentence-01.wav")
	for _, n := range []int{1, 159, 160, 161, 1000, 16001} {
		if got := len(denoise(t, speech[:n], 1000)); got != n {
			t.Errorf("%d samples became %d", n, got)
		}
	}
}

func TestDenoiserBlocksDoNotMatter(t *testing.T) {
	speech := recording(t, "../../testdata/recordings/sentence-01.wav")[:audio.SampleRate]
	want := denoise(t, speech, len(speech))
	for _, block := range []int{1, 160, 999} {
		if got := denoise(t, speech, block); !slices.Equal(got, want) {
			t.Errorf("blocks of %d samples change the output", block)
		}
	}
}

// TestDenoiser adds noise 10 dB below a sentence and checks that the noise is
// reduced and the sentence stays in its place.
func TestDenoiser(t *testing.T) {
	speech := recording(t, "../../testdata/recordings/sentence-01.wav")
	silence := make([]int16, audio.SampleRate)
	clean := slices.Concat(silence, speech, silence)
	r := rand.New(rand.NewPCG(1, 2))
	noisy := make([]int16, len(clean))
	amplitude := rms(speech) / math.Sqrt(10)
	for i, v := range clean {
		noisy[i] = int16(max(-32768, min(32767, float64(v)+amplitude*r.NormFloat64())))
	}
	got := denoise(t, noisy, 1600)
	tail := len(got) - audio.SampleRate/2
	if before, after := rms(noisy[tail:]), rms(got[tail:]); after > before/10 {
		t.Errorf("noise of %.0f only falls to %.0f", before, after)
	}
	best, at := 0.0, 0
	for shift := -400; shift <= 400; shift++ {
		sum := 0.0
		for i := 1000; i < len(clean)-1000; i++ {
			sum += float64(clean[i]) * float64(got[i+shift])
		}
		if sum > best {
			best, at = sum, shift
		}
	}
	if at < -2 || at > 2 {
		t.Errorf("the speech has moved by %d samples", at)
	}
}

func rms(samples []int16) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(samples)))
}
