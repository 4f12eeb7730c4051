package vad

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"voiceflow/pkg/audio"
)

func newSkimmer(t testing.TB) *Skimmer {
	t.Helper()
	s, err := NewSkimmer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestSkimmerFindsSentences(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/recordings/*.wav")
	if err != nil || len(paths) < 15 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		start, count := spoken(t, name)
		found := segmented(t, newSkimmer(t), recording(t, path), 4096)
		if len(found) != count {
			t.Errorf("%s: %d utterances, not %d", name, len(found), count)
			continue
		}
		if got := float64(found[0].Start) / audio.SampleRate; math.Abs(got-start) > 0.1 {
			t.Errorf("%s: speech from %.2f, not %.2f", name, got, start)
		}
	}
}

// TestSkimmerHearsNoSpeechInNoise: silence of any kind and steady noise of any
// level have none.
func TestSkimmerHearsNoSpeechInNoise(t *testing.T) {
	for _, level := range []float64{0, 1, 30, 300, 3000, 8000} {
		if found := segmented(t, newSkimmer(t), noise(65*audio.SampleRate, level), 16000); len(found) > 0 {
			t.Errorf("noise of ±%v: %d utterances", level, len(found))
		}
	}
}

func noise(n int, level float64) []int16 {
	rnd := rand.New(rand.NewPCG(1, 2))
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(level * (2*rnd.Float64() - 1))
	}
	return samples
}

// TestSkimmerHearsSpeechInNoise finds each of four sentences, 40 s apart, in
// noise of three levels: clean, 20 dB and 10 dB below the speech.
func TestSkimmerHearsSpeechInNoise(t *testing.T) {
	sentence := recording(t, "../../testdata/recordings/sentence-01.wav")
	power := 0.0
	for _, v := range sentence {
		power += float64(v) * float64(v) / float64(len(sentence))
	}
	for _, snr := range []float64{90, 20, 10} {
		// Even noise of ±a has the power a²/3.
		track := noise(160*audio.SampleRate, math.Sqrt(3*power/math.Pow(10, snr/10)))
		for i := range 4 {
			for j, v := range sentence {
				at := &track[(5+40*i)*audio.SampleRate+j]
				*at = int16(max(min(int(*at)+int(v), math.MaxInt16), math.MinInt16))
			}
		}
		found := segmented(t, newSkimmer(t), track, 16000)
		if len(found) != 4 {
			t.Errorf("at %v dB: %d utterances, not 4", snr, len(found))
			continue
		}
		for i, u := range found {
			start, end := float64(u.PCMStart)/audio.SampleRate-float64(5+40*i), float64(u.PCMStart+int64(len(u.PCM)))/audio.SampleRate-float64(5+40*i)
			if start > 0.3 || end < 2.2 || start < -1 || end > 4 {
				t.Errorf("at %v dB: audio from %.2f to %.2f of a sentence from 0.25 to 2.29", snr, start, end)
			}
		}
	}
}

func BenchmarkDetectors(b *testing.B) {
	track := noise(0, 0)
	rapid := recording(b, "../../testdata/recordings/timing-rapid.wav")
	for range 12 {
		track = append(append(track, rapid...), make([]int16, len(rapid))...)
	}
	for _, bb := range []struct {
		name string
		make func(testing.TB) FrameDetector
	}{
		{"detector", func(t testing.TB) FrameDetector { return newDetector(t) }},
		{"skimmer", func(t testing.TB) FrameDetector { return newSkimmer(t) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				segmented(b, bb.make(b), track, 16000)
			}
			b.ReportMetric(float64(len(track))/audio.SampleRate*float64(b.N)/b.Elapsed().Seconds(), "times-real-time")
		})
	}
}
