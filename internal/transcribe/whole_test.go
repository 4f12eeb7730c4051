package transcribe

import (
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine/align"
)

// zeros is a stream of silence.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	clear(p[:n])
	z.left -= n
	return n, nil
}

// TestReadAllInPieces checks that a long stream is decoded whole, but never in memory
// as a whole.
func TestReadAllInPieces(t *testing.T) {
	const total = 3*pieceLength + 12345
	in, err := input.Open(&zeros{2 * total})
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{Transcriber: &Transcriber{Config: &Config{}, ctx: t.Context(), queue: newQueue(100, 1)}}
	pieces := make(chan []float64, 100)
	go func() {
		defer close(pieces)
		for task := range r.queue.work {
			w := task.window
			pieces <- []float64{w.Start, w.End, audio.Seconds(len(w.Samples)), audio.Seconds(cap(w.Samples))}
			r.queue.finish(task)
		}
	}()
	if n, err := r.readAll(newItem(0, ""), in); n != total || err != nil {
		t.Errorf("%d samples, %v", n, err)
	}
	r.queue.close()
	end := 0.0
	for p := range pieces {
		if p[0] != end || math.Abs(p[1]-p[0]-p[2]) > 1e-6 || p[3] > audio.Seconds(pieceLength) {
			t.Errorf("from %g to %g: %g s, room for %g s", p[0], p[1], p[2], p[3])
		}
		end = p[1]
	}
	if end != audio.Seconds(total) {
		t.Errorf("ends at %g s", end)
	}
}

// TestPieceEnd checks where undivided audio is cut.
func TestPieceEnd(t *testing.T) {
	samples := make([]int16, 100*audio.SampleRate)
	for i := range samples {
		samples[i] = int16(rand.IntN(2000) - 1000)
	}
	quiet := int(80.3 * audio.SampleRate)
	clear(samples[quiet : quiet+audio.SampleRate/10])
	for name, tt := range map[string]struct {
		speech []align.Span
		want   float64
	}{
		"silence":              {nil, 100},
		"a pause":              {[]align.Span{{Start: 0, End: 60}, {Start: 62, End: 100}}, 61},
		"the last pause":       {[]align.Span{{Start: 0, End: 60}, {Start: 62, End: 90}, {Start: 90.1, End: 96}}, 98},
		"a pause early on":     {[]align.Span{{Start: 0, End: 20}, {Start: 30, End: 100}}, 80.35},
		"speech all the while": {[]align.Span{{Start: 0, End: 100}}, 80.35},
	} {
		if got := audio.Seconds(pieceEnd(samples, tt.speech)); got < tt.want-0.001 || got > tt.want+0.001 {
			t.Errorf("%s: cut at %g s, want %g s", name, got, tt.want)
		}
	}
}
