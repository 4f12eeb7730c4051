package vad

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rs/zerolog"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/whisper"
)

// engines are all FrameDetectors; Silero needs a model, which is not part of
// the project.
func engines(t *testing.T) map[string]func(*testing.T) FrameDetector {
	t.Helper()
	all := map[string]func(*testing.T) FrameDetector{
		"builtin": func(*testing.T) FrameDetector { return NewDetector() },
	}
	if path := sileroModel(); path != "" {
		all["silero"] = func(t *testing.T) FrameDetector {
			library, err := whisper.Load(whisper.Options{Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff}, zerolog.Nop())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(library.Close)
			d, err := library.OpenSpeechDetector(path)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
	}
	return all
}

// sileroModel is the file that VAD_MODEL names, or the one that lies beside the
// checkout; empty where there is none.
func sileroModel() string { return given("VAD_MODEL", "vad-model/ggml-silero-v6.2.0.bin") }

// given is the file that a variable names, or the one in the folder "shared"
// beside the checkout: files that are not the project's to hand on.
func given(variable, name string) string {
	for _, path := range []string{os.Getenv(variable), filepath.Join("../../../shared", name)} {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// TestPhrases has the four phrases of whisper.cpp's sample jfk.wav, and where
// Silero hears them by whisper-vad-speech-segments.
func TestPhrases(t *testing.T) {
	path := given("JFK_WAV", "speech/jfk.wav")
	if path == "" {
		t.Skip("JFK_WAV names no file: the recording is not part of the project")
	}
	silero := [][2]float64{{0.32, 2.27}, {3.27, 4.41}, {5.38, 7.68}, {8.16, 10.62}}
	speech := recording(t, path)
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			silero := silero
			d := open(t)
			defer d.Close()
			found := segmented(t, d, speech, len(speech))
			if len(found) == 3 { // the last pause is 0.48 s, and MinSilence half a second
				silero = [][2]float64{silero[0], silero[1], {silero[2][0], silero[3][1]}}
			}
			if len(found) != len(silero) {
				t.Fatalf("%d phrases", len(found))
			}
			for i, u := range found {
				start, end := float64(u.Start)/audio.SampleRate, float64(u.End)/audio.SampleRate
				// A start may be earlier, where the sound rises before the word.
				if start > silero[i][0]+0.15 || start < silero[i][0]-0.3 || math.Abs(end-silero[i][1]) > 0.1501 {
					t.Errorf("a phrase at %.2f to %.2f s, by Silero at %.2f to %.2f s", start, end, silero[i][0], silero[i][1])
				}
			}
		})
	}
}

// TestContract holds what every engine promises.
func TestContract(t *testing.T) {
	if sileroModel() == "" {
		t.Log("silero is left out: VAD_MODEL names no model")
	}
	speech := recording(t, "../../testdata/recordings/timing-rapid.wav")
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Run("one answer for each frame begun", func(t *testing.T) {
				for _, n := range []int{0, 1, 159, 160, 161, 511, 512, 513, 16000} {
					if got := len(answers(t, open(t), speech[:n], 1000)); got != (n+FrameSize-1)/FrameSize {
						t.Errorf("%d samples get %d answers", n, got)
					}
				}
			})
			t.Run("blocks do not matter", func(t *testing.T) {
				want := answers(t, open(t), speech[:5*audio.SampleRate], 5*audio.SampleRate)
				for _, block := range []int{1, 160, 1000} {
					if got := answers(t, open(t), speech[:5*audio.SampleRate], block); !slices.Equal(got, want) {
						t.Errorf("blocks of %d samples give other answers", block)
					}
				}
			})
			t.Run("speech is probable, silence is not", func(t *testing.T) {
				silence := make([]int16, 3*audio.SampleRate)
				got := answers(t, open(t), slices.Concat(silence, speech[:2*audio.SampleRate], silence), 1600)
				if p := mean(got[:300]); p > 0.1 {
					t.Errorf("mean probability of silence %.2f", p)
				}
				if p := mean(got[310:490]); p < 0.8 {
					t.Errorf("mean probability of speech %.2f", p)
				}
				if p := mean(got[520:]); p > 0.1 {
					t.Errorf("mean probability of silence after speech %.2f", p)
				}
			})
			t.Run("probabilities", func(t *testing.T) {
				r := rand.New(rand.NewPCG(1, 2))
				loudest := make([]int16, 3*audio.SampleRate)
				for i := range loudest {
					loudest[i] = int16(32767 - 65535*r.IntN(2))
				}
				for i, p := range answers(t, open(t), loudest, 1600) {
					if !(p >= 0 && p <= 1) {
						t.Fatalf("frame %d: %v", i, p)
					}
				}
			})
			t.Run("streams are apart", func(t *testing.T) {
				want := answers(t, open(t), speech[:audio.SampleRate], 1600)
				answers(t, open(t), speech, 1600)
				if got := answers(t, open(t), speech[:audio.SampleRate], 1600); !slices.Equal(got, want) {
					t.Error("another stream changes the answers")
				}
			})
			t.Run("closes twice", func(t *testing.T) {
				d := open(t)
				d.Close()
				d.Close()
			})
		})
	}
}

// answers sends samples through a detector in blocks, and closes it.
func answers(t testing.TB, d FrameDetector, samples []int16, block int) (all []float32) {
	t.Helper()
	defer d.Close()
	take := func(answers []float32, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, answers...)
	}
	for b := range slices.Chunk(samples, block) {
		take(d.Push(b))
	}
	take(d.Flush())
	return all
}

func mean(p []float32) float64 {
	sum := 0.0
	for _, v := range p {
		sum += float64(v)
	}
	return sum / float64(max(len(p), 1))
}
