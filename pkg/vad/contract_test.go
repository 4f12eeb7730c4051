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

// engines returns all FrameDetectors. Silero is included if its model is
// available, which is not part of the project.
func engines(t *testing.T) map[string]func(*testing.T) FrameDetector {
	t.Helper()
	all := map[string]func(*testing.T) FrameDetector{
		"builtin": func(*testing.T) FrameDetector { return NewDetector() },
	}
	if path := sileroModel(); path != "" {
		all["silero"] = func(t *testing.T) FrameDetector {
			library, err := whisper.Load(whisper.Options{
				Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff,
			}, zerolog.Nop())
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

// sileroModel returns the path of Silero's model, or "" if it is not available.
func sileroModel() string { return externalFile("VAD_MODEL", "vad-model/ggml-silero-v6.2.0.bin") }

// externalFile returns a file that the project may not distribute: the one named
// by an environment variable, or else by name in the folder "shared" next to the
// checkout.
func externalFile(variable, name string) string {
	for _, path := range []string{os.Getenv(variable), filepath.Join("../../../shared", name)} {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// TestPhrases finds the four phrases of whisper.cpp's sample jfk.wav where Silero
// does, according to whisper-vad-speech-segments.
func TestPhrases(t *testing.T) {
	path := externalFile("JFK_WAV", "speech/jfk.wav")
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
				t.Fatalf("%d phrases, want %d", len(found), len(silero))
			}
			for i, u := range found {
				start, end := float64(u.Start)/audio.SampleRate, float64(u.End)/audio.SampleRate
				// The start may be earlier if the sound rises before the word.
				if start > silero[i][0]+0.15 || start < silero[i][0]-0.3 || math.Abs(end-silero[i][1]) > 0.1501 {
					t.Errorf("phrase from %.2f to %.2f s, Silero's from %.2f to %.2f s", start, end, silero[i][0], silero[i][1])
				}
			}
		})
	}
}

// TestContract checks what every FrameDetector guarantees.
func TestContract(t *testing.T) {
	if sileroModel() == "" {
		t.Log("without Silero: VAD_MODEL is not set to its model")
	}
	speech := recording(t, "../../testdata/recordings/timing-rapid.wav")
	for name, open := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Run("one probability per frame", func(t *testing.T) {
				for _, n := range []int{0, 1, 159, 160, 161, 511, 512, 513, 16000} {
					if got := len(answers(t, open(t), speech[:n], 1000)); got != (n+FrameSize-1)/FrameSize {
						t.Errorf("%d samples yield %d probabilities", n, got)
					}
				}
			})
			t.Run("blocks do not matter", func(t *testing.T) {
				want := answers(t, open(t), speech[:5*audio.SampleRate], 5*audio.SampleRate)
				for _, block := range []int{1, 160, 1000} {
					if got := answers(t, open(t), speech[:5*audio.SampleRate], block); !slices.Equal(got, want) {
						t.Errorf("blocks of %d samples change the probabilities", block)
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
			t.Run("streams are independent", func(t *testing.T) {
				want := answers(t, open(t), speech[:audio.SampleRate], 1600)
				answers(t, open(t), speech, 1600)
				if got := answers(t, open(t), speech[:audio.SampleRate], 1600); !slices.Equal(got, want) {
					t.Error("another stream changes the probabilities")
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

// answers passes samples to a detector in blocks, and closes it.
func answers(t testing.TB, d FrameDetector, samples []int16, block int) (all []float32) {
	t.Helper()
	defer d.Close()
	add := func(answers []float32, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, answers...)
	}
	for b := range slices.Chunk(samples, block) {
		add(d.Push(b))
	}
	add(d.Flush())
	return all
}

func mean(p []float32) float64 {
	sum := 0.0
	for _, v := range p {
		sum += float64(v)
	}
	return sum / float64(max(len(p), 1))
}
