package vad

import (
	"errors"
	"testing"

	"voiceflow/pkg/audio"
)

func TestConfirm(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		peaks []float32 // one per part
		err   error
		want  bool
		asked int
	}{
		{"speech in the first part", []float32{0.9, 0, 0}, nil, true, 1},
		{"speech later", []float32{0, 0.1, confirmed}, nil, true, 3},
		{"nobody", []float32{0, 0.1, 0.19}, nil, false, 3},
		{"a failure", []float32{0.9, 0, 0}, broken, false, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			confirm := Confirm(func(part []int16) (float32, error) {
				asked++
				return tt.peaks[asked-1], tt.err
			})
			got, err := confirm(&Utterance{PCM: make([]int16, 8*audio.SampleRate)})
			if got != tt.want || asked != tt.asked || !errors.Is(err, tt.err) {
				t.Errorf("%v, %v after %d parts", got, err, asked)
			}
		})
	}
}

// TestStreamConfirms drops the second of four utterances.
func TestStreamConfirms(t *testing.T) {
	samples := recording(t, "../../testdata/recordings/timing-rapid.wav")
	all := utterances(t, samples, 1600)
	stream := NewStream(NewDetector(), NewSegmenter(DefaultConfig()))
	asked := 0
	stream.Confirm = func(*Utterance) (bool, error) {
		asked++
		return asked != 2, nil
	}
	var starts []int64
	emit := func(u *Utterance) error {
		starts = append(starts, u.Start)
		return nil
	}
	if err := errors.Join(stream.Push(samples, emit), stream.Flush(emit)); err != nil {
		t.Fatal(err)
	}
	if asked != 4 || len(starts) != 3 || starts[0] != all[0].Start || starts[1] != all[2].Start {
		t.Errorf("asked about %d, got those at %v", asked, starts)
	}
}
