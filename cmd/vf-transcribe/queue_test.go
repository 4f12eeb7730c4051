package main

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

// TestBefore: a short window hears of the languages of all that came before it in
// the recording, however late that is decoded; a long one does not wait.
func TestBefore(t *testing.T) {
	first := newTask(20, nil)
	long, short := newTask(20, first), newTask(1, first)
	if spoken, err := long.before(t.Context()); spoken != nil || err != nil {
		t.Errorf("a long window: %v, %v", spoken, err)
	}
	go func() {
		first.result = &engine.Result{Result: &whisper.Result{
			Language: "es", Duration: 20, Segments: []whisper.Segment{{Text: "hola"}},
		}}
		first.settle()
	}()
	if spoken, err := short.before(t.Context()); spoken["es"] != 20 || err != nil {
		t.Errorf("a short window: %v, %v", spoken, err)
	}
	short.settle() // without a result: it failed
	if short.previous != nil || short.spoken["es"] != 20 {
		t.Errorf("after a window that failed: %v", short.spoken)
	}
}

func TestBeforeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newTask(1, newTask(1, nil)).before(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestDraftLanguage: a transcript names the language that was spoken longest.
func TestDraftLanguage(t *testing.T) {
	d := newDraft(newItem(0, ""), &settings{})
	for _, said := range []whisper.Result{{Language: "en", Duration: 5}, {Language: "es", Duration: 8}, {Language: "en", Duration: 2}} {
		next := newTask(1, nil)
		next.result = &engine.Result{Result: &said}
		d.add(next)
	}
	if d.event.Language != "es" {
		t.Errorf("language %q", d.event.Language)
	}
}
