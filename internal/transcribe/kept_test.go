package transcribe

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"voiceflow/internal/filelist"
	"voiceflow/internal/resume"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// batch is a run over one file, whose decoder counts, and whose output is kept.
type batch struct {
	decoded int
	at      int                            // a decoding, counted from 1
	happens func() (*engine.Result, error) // then, instead of the usual result

	transcripts, incomplete []*event.Transcript
}

func (b *batch) Decode(_ context.Context, sound engine.Sound, _ engine.Spoken) (*engine.Result, error) {
	if b.decoded++; b.decoded == b.at {
		return b.happens()
	}
	return &engine.Result{Result: &whisper.Result{Language: "en", Duration: 1, Segments: []whisper.Segment{
		{Start: 0.1, End: 0.5, Text: fmt.Sprintf(" %d samples", len(sound.Samples))}}}}, nil
}

func (b *batch) Describe() Description { return Description{} }

func (b *batch) Transcript(_ *Item, t *event.Transcript) error {
	b.transcripts = append(b.transcripts, t)
	return nil
}

func (b *batch) Incomplete(t *event.Transcript) error {
	b.incomplete = append(b.incomplete, t)
	return nil
}
func (b *batch) Partial(*event.Partial) error         { return nil }
func (b *batch) Record(event.Record) error            { return nil }
func (b *batch) Draft(*Item, *event.Transcript) error { return nil }
func (b *batch) Failure(it *Item, err error) error    { return fmt.Errorf("item %d: %w", it.ID, err) }
func (b *batch) Skip(*Item) error                     { return nil }

// run transcribes a recording of several windows, and keeps them in a record unless that is
// nil.
func (b *batch) run(ctx context.Context, record *resume.Record) (*Transcriber, error) {
	t := New(&Config{
		Files: []filelist.File{{Name: "../../testdata/recordings/timing-rapid.wav"}}, Queue: 20, Recognisers: 1,
		Prepare: func(it *Item, _ filelist.File) (bool, error) {
			if record != nil {
				it.Kept = &Kept{Record: record, Failed: func(err error) { panic(err) }}
			}
			return false, nil
		},
		Open: func(context.Context) (*Backend, error) { return &Backend{Decoder: b, Window: 3}, nil },
	}, b)
	return t, t.Run(ctx)
}

func openRecord(t *testing.T, path string) *resume.Record {
	t.Helper()
	record, err := resume.Open(path, resume.Identity{}, true)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// TestKeptWindows: wherever a run is stopped, the next one decodes the rest, and has the same
// transcript as a run that was not stopped.
func TestKeptWindows(t *testing.T) {
	whole := &batch{}
	if _, err := whole.run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	windows := whole.decoded
	if windows < 3 || len(whole.transcripts) != 1 {
		t.Fatalf("%d windows, %d transcripts", windows, len(whole.transcripts))
	}
	for stop := 1; stop <= windows; stop++ {
		path := filepath.Join(t.TempDir(), "talk.partial")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stopped := &batch{at: stop, happens: func() (*engine.Result, error) {
			cancel()
			return nil, ctx.Err()
		}}
		record := openRecord(t, path)
		if _, err := stopped.run(ctx, record); err == nil {
			t.Errorf("stopped at %d: no error", stop)
		}
		if err := record.Save(); err != nil {
			t.Fatal(err)
		}
		rest := &batch{}
		if _, err := rest.run(t.Context(), openRecord(t, path)); err != nil {
			t.Fatal(err)
		}
		if rest.decoded != windows-stop+1 {
			t.Errorf("stopped at %d: %d windows of %d were decoded", stop, rest.decoded, windows)
		}
		if !reflect.DeepEqual(rest.transcripts, whole.transcripts) {
			t.Errorf("stopped at %d: %+v, want %+v", stop, rest.transcripts[0], whole.transcripts[0])
		}
	}
}

// TestPartOfWindow: what was decoded of a window when the run was stopped is not kept.
func TestPartOfWindow(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopped := &batch{at: 2, happens: func() (*engine.Result, error) {
		cancel()
		return &engine.Result{Result: &whisper.Result{Segments: []whisper.Segment{{Text: " half"}}}}, ctx.Err()
	}}
	record := openRecord(t, filepath.Join(t.TempDir(), "talk.partial"))
	if _, err := stopped.run(ctx, record); err == nil {
		t.Error("no error")
	}
	if n, _ := record.Done(); n != 1 {
		t.Errorf("%d windows are kept, want 1", n)
	}
}

// TestMemoryLimitCutsShort: a file whose later windows were not decoded is not complete; if
// the last window reached the limit, it is.
func TestMemoryLimitCutsShort(t *testing.T) {
	whole := &batch{}
	if _, err := whole.run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{1, whole.decoded - 1, whole.decoded} {
		b := &batch{at: at, happens: func() (*engine.Result, error) {
			return &engine.Result{Result: &whisper.Result{Segments: []whisper.Segment{{End: 1, Text: " last"}}}}, engine.ErrMemory
		}}
		run, err := b.run(t.Context(), nil)
		if err != nil || run.Fatal() == nil {
			t.Errorf("at %d: %v, fatal %v", at, err, run.Fatal())
		}
		if complete := at == whole.decoded; (len(b.transcripts) == 1) != complete || (len(b.incomplete) == 1) == complete {
			t.Errorf("at %d of %d: %d complete, %d incomplete", at, whole.decoded, len(b.transcripts), len(b.incomplete))
		}
	}
}
