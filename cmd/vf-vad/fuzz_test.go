package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/test/badlines"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
)

// loudest takes every sound for speech.
type loudest struct{ rest int }

func (l *loudest) Push(samples []int16) ([]float32, error) {
	l.rest += len(samples)
	n := l.rest / vad.FrameSize
	l.rest %= vad.FrameSize
	all := make([]float32, n)
	for i := range all {
		all[i] = 1
	}
	return all, nil
}

func (l *loudest) Flush() ([]float32, error) {
	if l.rest == 0 {
		return nil, nil
	}
	return []float32{1}, nil
}

func (l *loudest) Reset() { l.rest = 0 }
func (l *loudest) Close() {}

// FuzzLines: the input survives every sequence of lines, and all that is written can be
// read, up to its end.
func FuzzLines(f *testing.F) {
	f.Add([]byte{0, 5, 0, 0, 3, 6, 0, 4, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0})
	f.Add([]byte{6, 0, 4, 0, 6, 2, 4, 3, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 11, 3, 0, 2})
	f.Add([]byte{10, 0, 0, 0, 6, 0, 4, 0, 9, 8, 1, 0, 3, 4, 4, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var written bytes.Buffer
		out := &output{lines: event.NewStream(&written), log: zerolog.Nop(), events: true, soFar: soFar{early: true, every: 1600}}
		in := &lines{in: event.NewReader(strings.NewReader(badlines.Lines(data))), dc: input.DCFilter{Enabled: true}, denoiser: &denoiser{}}
		stream := vad.NewStream(&loudest{}, vad.NewSegmenter(vad.DefaultConfig()))
		_, err := segment(&cmdline.Env{Log: zerolog.Nop()}, in, stream, out)
		if err == nil {
			err = out.end(nil)
		}
		back := event.NewReader(&written)
		for back.Scan() {
			if wrong, malformed := back.Record().(*event.SyntaxError); malformed {
				t.Errorf("written: %v", wrong)
			}
		}
		if err != nil || back.Broken() != nil {
			t.Fatalf("%v, %v\n%s", err, back.Broken(), badlines.Lines(data))
		}
	})
}
