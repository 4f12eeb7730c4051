package main

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// item is something to transcribe as a whole: a file, a stream, an utterance.
type item struct {
	id            int
	file          string  // empty for standard input
	start, end    float64 // of the speech, seconds
	duration      float64 // of the audio, seconds; known at the item's end
	arrived       time.Time
	delay         time.Duration // from the end of speech to arrived, where it is live
	replayed      bool          // nobody waits for its text
	begun, failed atomic.Bool
	place         place    // of its transcript
	remarks       []string // on its audio, for a person; known at the item's end
}

func newItem(id int, file string) *item {
	return &item{id: id, file: file, arrived: time.Now()}
}

// name is what a person calls it.
func (it *item) name() string {
	if it.file == "" {
		return "standard input"
	}
	return it.file
}

// task is a step of an item: a window to decode or, with neither window nor
// record, its end. A record alone is passed on in its place.
type task struct {
	item   *item
	window *window.Window
	err    error // of the end: why the item is not whole
	record event.Record

	previous *task         // window of the recording before this one, nil once it is settled
	settled  chan struct{} // closed when spoken is known
	spoken   engine.Spoken // in the recording up to the end of the window

	done   chan struct{} // closed when what follows is known
	result *engine.Result
	words  []align.Span // the places of the result's words in the window
	failed error
}

// minLanguageSpeech is the speech, in samples, that tells its language without what
// was said before.
const minLanguageSpeech = 5 * audio.SampleRate

// before is what was spoken in the recording before the window, where that counts:
// it waits until all windows before are decoded. Its error is that of ctx.
func (t *task) before(ctx context.Context) (engine.Spoken, error) {
	if t.previous == nil || len(t.window.Samples) >= minLanguageSpeech {
		return nil, nil
	}
	select {
	case <-t.previous.settled:
		return t.previous.spoken, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// settle is called for each window in its turn, when it is done.
func (t *task) settle() {
	if t.previous != nil {
		t.spoken, t.previous = t.previous.spoken, nil
	}
	t.spoken = t.spoken.And(t.result)
	close(t.settled)
}

// queue leads tasks from the reader to the recognisers, and their results to
// the writer in the order in which they were read. It holds a number of tasks
// and some minutes of audio, then the reader has to wait.
type queue struct {
	order chan *task
	work  chan *task
	room  *semaphore.Weighted // for samples
	size  int64               // samples
}

// queueAudio is the audio, in samples, that may wait beside one window for each
// recogniser: two minutes.
const queueAudio = 120 * audio.SampleRate

func newQueue(tasks, recognisers int) *queue {
	size := int64(queueAudio + recognisers*whisper.WindowSeconds*audio.SampleRate)
	return &queue{
		order: make(chan *task, tasks), work: make(chan *task, tasks),
		room: semaphore.NewWeighted(size), size: size,
	}
}

// put adds a task, once there is room for it. Its error is that of ctx. A task that
// the writer gets is done some time, soon when ctx has ended.
func (q *queue) put(ctx context.Context, t *task) error {
	t.done, t.settled = make(chan struct{}), make(chan struct{})
	if t.window == nil {
		close(t.done)
		return send(ctx, q.order, t)
	}
	if err := q.room.Acquire(ctx, q.weight(t)); err != nil {
		return err
	}
	if err := send(ctx, q.order, t); err != nil {
		return err
	}
	if err := send(ctx, q.work, t); err != nil {
		t.failed = err // the writer has it already, and waits for it
		close(t.done)
		return err
	}
	return nil
}

// weight is a window's samples; one that is larger than the room, an undivided
// file, takes all of it.
func (q *queue) weight(t *task) int64 { return min(int64(len(t.window.Samples)), q.size) }

// finish is called by a recogniser that is done with a window, whose audio it
// lets go.
func (q *queue) finish(t *task) {
	q.room.Release(q.weight(t))
	t.window.Samples = nil
	close(t.done)
}

func send(ctx context.Context, to chan<- *task, t *task) error {
	select {
	case to <- t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close says that nothing more comes.
func (q *queue) close() {
	close(q.work)
	close(q.order)
}
