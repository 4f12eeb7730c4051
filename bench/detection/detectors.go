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

// detection is what both detectors find in a recording.
type detection struct {
	name         string
	samples      int
	ours, silero []span
}

// detectors runs our network and Silero.
type detectors struct {
	library *whisper.Library
	model   string
}

// each runs both detectors on all WAV files in a folder and passes on what they find.
func (e *detectors) each(folder string, v variant, spans io.Writer, count func(*detection)) error {
	return filepath.WalkDir(folder+"/", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wav" {
			return err
		}
		samples, err := input.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		h := &detection{name: filepath.Base(path)}
		if h.silero, err = e.silero(samples); err != nil {
			return err
		}
		if v.name == asIs.name {
			line := map[string]any{"name": path, "engine": "silero", "spans": h.silero}
			if err := json.NewEncoder(spans).Encode(line); err != nil {
				return err
			}
		} else {
			if samples = v.apply(samples, h.silero); samples == nil {
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

func (e *detectors) silero(samples []int16) ([]span, error) {
	d, err := e.library.OpenSpeechDetector(e.model)
	if err != nil {
		return nil, err
	}
	return find(d, samples)
}

// find runs a detector on a recording, with the settings for dictation.
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

// variant is a way in which a recording might have been made; apply returns nil if it is not
// possible.
type variant struct {
	name  string
	apply func(samples []int16, speech []span) []int16
}

var asIs = variant{name: "unchanged"}

func allVariants() []variant {
	all := []variant{asIs}
	for _, ms := range []int64{0, 50, 100, 200} {
		cut := func(samples []int16, speech []span) []int16 {
			before := ms * audio.SampleRate / 1000
			if len(speech) == 0 || speech[0][0] < before {
				return nil
			}
			return samples[speech[0][0]-before:]
		}
		all = append(all, variant{fmt.Sprintf("from %d ms before the speech", ms), cut})
	}
	for _, db := range []float64{20, 40} {
		all = append(all, variant{fmt.Sprintf("%g dB quieter", db), func(samples []int16, _ []span) []int16 {
			quieter := make([]int16, len(samples))
			for i, v := range samples {
				quieter[i] = int16(math.Round(float64(v) / math.Pow(10, db/20)))
			}
			return quieter
		}})
	}
	return all
}
