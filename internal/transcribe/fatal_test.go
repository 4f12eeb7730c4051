package transcribe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// damaged is a decoder with a model that is damaged.
type damaged struct {
	patient
	decodings atomic.Int32
	code      int // of the failed item
}

func (d *damaged) Decode(context.Context, engine.Sound, engine.Spoken) (*engine.Result, error) {
	d.decodings.Add(1)
	return nil, fmt.Errorf("model x: %w", whisper.ErrUndefined)
}

func (d *damaged) Failure(it *Item, err error) error {
	var coded *exitcode.Error
	if errors.As(err, &coded) {
		d.code = coded.Code
	}
	return d.patient.Failure(it, err)
}

// TestDamagedModel: a model that computes no numbers ends the run, also if the input
// goes on.
func TestDamagedModel(t *testing.T) {
	var out strings.Builder
	d := &damaged{patient: patient{live{t: t, lines: event.NewStream(&out)}}}
	in, to := io.Pipe()
	run := New(&Config{
		Stream: in, Name: "the test", Queue: 4, Recognisers: 1,
		Open: func(context.Context) (*Backend, error) { return &Backend{Decoder: d, Window: 26}, nil },
	}, d)
	go func() {
		lines := event.NewWriter(to)
		for id := range 1000 {
			if lines.Write(utterance(id, 16000)) != nil {
				return
			}
		}
	}()
	ended := make(chan error, 1)
	go func() { ended <- run.Run(t.Context()) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
	in.Close()
	if err := run.Fatal(); !errors.Is(err, whisper.ErrUndefined) {
		t.Errorf("fatal: %v", err)
	}
	if n := d.decodings.Load(); n > 20 || d.code != exitcode.Recogniser {
		t.Errorf("%d decodings, exit code %d\n%s", n, d.code, out.String())
	}
}
