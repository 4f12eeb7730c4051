package transcribe

import (
	"context"
	"errors"
	"testing"

	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/whisper"
)

func newTask(seconds int, previous *task) *task {
	samples := make([]int16, seconds*whisper.SampleRate)
	return &task{window: window.Whole(samples, 0), previous: previous, settled: make(chan struct{})}
}

// TestSpokenBefore: a short window waits for the languages of the windows before it,
// however late these are decoded; a long one does not wait.
func TestSpokenBefore(t *testing.T) {
	first := newTask(20, nil)
	long, short := newTask(20, first), newTask(1, first)
	if spoken, err := long.spokenBefore(t.Context()); spoken != nil || err != nil {
		t.Errorf("a long window: %v, %v", spoken, err)
	}
	go func() {
		first.result = &engine.Result{Result: &whisper.Result{
			Language: "es", Duration: 20, Segments: []whisper.Segment{{Text: "hola"}},
		}}
		first.settle()
	}()
	if spoken, err := short.spokenBefore(t.Context()); spoken["es"] != 20 || err != nil {
		t.Errorf("a short window: %v, %v", spoken, err)
	}
	short.settle() // without a result: it failed
	if short.previous != nil || short.spoken["es"] != 20 {
		t.Errorf("after a failed window: %v", short.spoken)
	}
}

func TestSpokenBeforeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newTask(1, newTask(1, nil)).spokenBefore(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestDraftLanguage: a transcript has the language that was spoken longest.
func TestDraftLanguage(t *testing.T) {
	d := newDraft(newItem(0, ""), &Config{})
	for _, result := range []whisper.Result{{Language: "en", Duration: 5}, {Language: "es", Duration: 8}, {Language: "en", Duration: 2}} {
		next := newTask(1, nil)
		next.result = &engine.Result{Result: &result}
		d.add(next)
	}
	if d.event.Language != "es" {
		t.Errorf("language %q", d.event.Language)
	}
}
