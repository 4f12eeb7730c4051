package transcribe

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/badlines"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// patient is an Output and a Decoder that accept everything and check what they get.
type patient struct{ live }

func (p *patient) Decode(ctx context.Context, sound engine.Sound, _ engine.Spoken) (*engine.Result, error) {
	s := whisper.Segment{Text: " word.", End: 0.1, Pieces: []whisper.Piece{{Text: " word.", Probability: 1}}}
	return &engine.Result{Result: &whisper.Result{Segments: []whisper.Segment{s}}}, ctx.Err()
}

func (p *patient) Transcript(_ *Item, t *event.Transcript) error { return p.write(t) }
func (p *patient) Partial(r *event.Partial) error                { return p.write(r) }
func (p *patient) Failure(it *Item, err error) error {
	return p.write(&event.Failure{ID: it.ID, Error: err.Error()})
}

func (p *patient) Record(r event.Record) error {
	if _, isEnd := r.(*event.End); isEnd {
		return fmt.Errorf("an end record in the middle: %+v", r)
	}
	return p.write(r)
}

func (p *patient) write(r event.Record) error {
	_, err := p.lines.Pass(r)
	return err
}

// FuzzStream: a run survives every sequence of lines, and ends with its input.
func FuzzStream(f *testing.F) {
	f.Add([]byte{0, 5, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 4, 4, 0, 4, 4, 3, 0, 1, 0, 4, 0, 0, 0, 4, 0, 0, 0})
	f.Add([]byte{4, 0, 1, 0, 3, 0, 4, 2, 1, 0, 3, 0, 0, 4, 0, 10, 0, 0, 0, 2, 2, 6, 6, 6, 6, 4, 3})
	f.Add([]byte{2, 0, 0, 0, 8, 0, 4, 0, 2, 7, 0, 0, 0, 0, 1, 0, 9, 1, 1, 11, 3, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		p := &patient{live{t: t, lines: event.NewStream(&strings.Builder{})}}
		run := New(&Config{
			Stream: strings.NewReader(badlines.Lines(data)), Name: "the test", Queue: 4, Recognisers: 2, Partial: true,
			Open: func(context.Context) (*Backend, error) { return &Backend{Decoder: p, Window: 26}, nil },
		}, p)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := run.Run(ctx); err != nil {
			t.Fatalf("%v\n%s", err, badlines.Lines(data))
		}
	})
}
