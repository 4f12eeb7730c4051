package segmentation_test

import (
	"fmt"
	"os/exec"
	"slices"
	"testing"

	"voiceflow/bench/corpus"
	"voiceflow/bench/segmentation"
	"voiceflow/pkg/vad"
)

// sentences is the number of sentences; as many utterances must be detected.
const sentences = 200

// TestTruth checks what docs/benchmarks-synthetic.md says about the default engine: sentences
// are detected completely and in the right places, in clean and in noisy sound.
func TestTruth(t *testing.T) {
	scene := lay(t)
	tests := []struct {
		snr  float64 // dB; 0 stands for clean
		f1   float64 // at least
		all  bool    // no sentence may be missed or split
		kept bool    // 100 ms before each must be kept
	}{{0, 0.97, true, true}, {20, 0.95, true, true}, {10, 0.90, false, false}}
	for _, test := range tests {
		for _, noise := range segmentation.Noises() {
			if test.snr == 0 && noise > 0 {
				continue
			}
			t.Run(fmt.Sprintf("%v %g dB", noise, test.snr), func(t *testing.T) {
				t.Parallel()
				sound := scene.Clean()
				if test.snr > 0 {
					sound = scene.With(noise, test.snr)
				}
				score := scene.Judge(find(t, sound))
				t.Logf("%+v", score)
				if score.F1 < test.f1 || test.all && score.Missed+score.Split > 0 || test.kept && score.Clipped > 0 {
					t.Errorf("want an F1 of at least %g, and without strong noise no sentence late, missed or split", test.f1)
				}
			})
		}
	}
}

// TestNobody: nothing is detected in 10 minutes of silence or of steady noise.
func TestNobody(t *testing.T) {
	nobody := &segmentation.Scene{Samples: make([]float64, 600*16000)}
	silent := func(t *testing.T, name string, sound func() []int16) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, u := range find(t, sound()) {
				t.Errorf("an utterance at %.2f s", float64(u.Start)/16000)
			}
		})
	}
	silent(t, "silence", nobody.Clean)
	for _, noise := range []segmentation.Noise{segmentation.White, segmentation.Pink, segmentation.Hum} {
		for _, snr := range []float64{40, 20, 0} {
			silent(t, fmt.Sprintf("%v %g dB below speech", noise, snr), func() []int16 { return nobody.With(noise, snr) })
		}
	}
}

func lay(t *testing.T) *segmentation.Scene {
	t.Helper()
	for _, program := range []string{"espeak-ng", "flite", "sox"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%v; make test installs it", err)
		}
	}
	c, err := corpus.Open("../../.native/bench", "../../testdata/model/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	spoken, err := c.Sentences(t.Context(), sentences)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]int16
	for _, s := range spoken {
		speech, err := s.Speech()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, speech)
	}
	return segmentation.Lay(all)
}

// find returns what the default engine detects with default settings.
func find(t *testing.T, sound []int16) (found []segmentation.Utterance) {
	t.Helper()
	detector := vad.NewDetector()
	defer detector.Close()
	stream := vad.NewStream(detector, vad.NewSegmenter(vad.DefaultConfig()))
	emit := func(u *vad.Utterance) error {
		found = append(found, segmentation.Utterance{Span: segmentation.Span{Start: int(u.Start), End: int(u.End)}, From: int(u.PCMStart)})
		return nil
	}
	for block := range slices.Chunk(sound, 1600) {
		if err := stream.Push(block, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Flush(emit); err != nil {
		t.Fatal(err)
	}
	return found
}
