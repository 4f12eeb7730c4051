package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"slices"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// span is an utterance, in samples.
type span [2]int64

// heard is what both detectors find in a recording.
type heard struct {
	name         string
	samples      int
	ours, silero []span
}

// ears are the two detectors.
type ears struct {
	library *whisper.Library
	model   string
}

// each lets both hear all WAV files of a folder, and hands on what they found.
func (e *ears) each(folder string, v variant, spans io.Writer, count func(*heard)) error {
	return filepath.WalkDir(folder+"/", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wav" {
			return err
		}
		samples, err := input.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		h := &heard{name: filepath.Base(path)}
		if h.silero, err = e.silero(samples); err != nil {
			return err
		}
		if v.name == asIs.name {
			line := map[string]any{"name": path, "engine": "silero", "spans": h.silero}
			if err := json.NewEncoder(spans).Encode(line); err != nil {
				return err
			}
		} else {
			if samples = v.of(samples, h.silero); samples == nil {
				return nil
			}
			if h.silero, err = e.silero(samples); err != nil {
				return err
			}
		}
		h.samples = len(samples)
		if h.ours, err = find(vad.NewDetector(), samples); err != nil {
			return err
		}
		count(h)
		return nil
	})
}

func (e *ears) silero(samples []int16) ([]span, error) {
	d, err := e.library.OpenSpeechDetector(e.model)
	if err != nil {
		return nil, err
	}
	return find(d, samples)
}

// find sends a recording through a detector, with the settings of dictation.
func find(d vad.FrameDetector, samples []int16) (spans []span, err error) {
	defer d.Close()
	spans = []span{}
	stream := vad.NewStream(d, vad.NewSegmenter(vad.DefaultConfig()))
	emit := func(u *vad.Utterance) error {
		spans = append(spans, span{u.Start, u.End})
		return nil
	}
	for block := range slices.Chunk(samples, audio.SampleRate/10) {
		if err := stream.Push(block, emit); err != nil {
			return nil, err
		}
	}
	return spans, stream.Flush(emit)
}

// variant is a recording as it might have been made: of gives nil where it
// cannot be.
type variant struct {
	name string
	of   func(samples []int16, speech []span) []int16
}

var asIs = variant{name: "as it is"}

func allVariants() []variant {
	all := []variant{asIs}
	for _, ms := range []int64{0, 50, 100, 200} {
		all = append(all, variant{fmt.Sprintf("from %d ms before the speech on", ms), func(samples []int16, speech []span) []int16 {
			before := ms * audio.SampleRate / 1000
			if len(speech) == 0 || speech[0][0] < before {
				return nil
			}
			return samples[speech[0][0]-before:]
		}})
	}
	for _, db := range []float64{20, 40} {
		all = append(all, variant{fmt.Sprintf("%g dB softer", db), func(samples []int16, _ []span) []int16 {
			softer := make([]int16, len(samples))
			for i, v := range samples {
				softer[i] = int16(math.Round(float64(v) / math.Pow(10, db/20)))
			}
			return softer
		}})
	}
	return all
}
