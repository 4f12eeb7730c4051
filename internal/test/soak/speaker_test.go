//go:build linux

package soak

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// sentence is a recording with its words.
type sentence struct {
	text    string
	samples []int16 // with a second of silence after it
}

// seconds is how long it takes to say the sentence.
func (s sentence) seconds() float64 { return audio.Seconds(len(s.samples)) }

// pause is the time between two dictations of the simulated day.
const pause = 30 * time.Second

// frame is the step of vf-vad, in samples. Sentences begin at its multiples: at another
// place in a frame, the same sentence is a different sound.
const frame = audio.SampleRate / 50

// readSentences returns the sentences that the demo model knows.
func readSentences(t *testing.T, root string) []sentence {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "testdata/recordings/sentence-*.wav"))
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d sentences in testdata/recordings: %v", len(paths), err)
	}
	var all []sentence
	for _, path := range paths {
		samples, err := input.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(path, ".wav") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		silence := make([]int16, audio.SampleRate+frame-len(samples)%frame)
		all = append(all, sentence{strings.TrimSpace(string(text)), append(samples, silence...)})
	}
	return all
}

// pick picks up to five sentences, none of them twice.
func pick(r *rand.Rand, all []sentence) []sentence {
	said := make([]sentence, 1+r.IntN(5))
	for i, n := range r.Perm(len(all))[:len(said)] {
		said[i] = all[n]
	}
	return said
}

// texts are the words of sentences, one item each.
func texts(said []sentence) []string {
	var all []string
	for _, s := range said {
		all = append(all, s.text)
	}
	return all
}

// writeWAV writes sentences into a file.
func writeWAV(path string, said []sentence) error {
	f, err := audio.CreateWAV(path)
	if err != nil {
		return err
	}
	for _, s := range said {
		if err := f.Write(s.samples); err != nil {
			return err
		}
	}
	return f.Close()
}
