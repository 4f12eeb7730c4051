package transcribe

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

// Item is a unit that gets one transcript: a file, a stream or an utterance.
type Item struct {
	ID         int
	File       string  // empty for a stream
	Start, End float64 // of the speech, seconds
	Duration   float64 // of the audio, seconds; set at the item's end
	Arrived    time.Time
	Delay      time.Duration // from the end of speech to Arrived, if it is live
	Replayed   bool          // nobody is waiting for its text
	Target     any           // set by Prepare, for the output
	Remarks    []string      // on its audio, for a person; set at the item's end
	Kept       *Kept         // set by Prepare; nil: nothing is kept

	name          string
	skip          bool
	begun, failed atomic.Bool
}

// Name is the item's name in messages.
func (it *Item) Name() string { return it.name }

func newItem(id int, file string) *Item {
	return &Item{ID: id, File: file, name: file, Arrived: time.Now()}
}

// task is a step of an item: a window to decode or, without window and record, the
// item's end. A task with a record passes that on in order.
type task struct {
	ctx    context.Context // ends if the user cancels the dictation
	item   *Item
	window *window.Window
	err    error // at the end: why the item is incomplete
	record event.Record
	// release frees the context of the dictation before the record; nil: none.
	release context.CancelFunc
	whole   bool   // the window is all of its item
	guess   *guess // the same window, if it was handed on early; nil: none

	previous *task         // the recording's window before this one, nil once this one is settled
	settled  chan struct{} // closed when spoken is set
	spoken   engine.Spoken // in the recording up to the end of the window

	done   chan struct{} // closed when the fields below are set
	result *engine.Result
	words  []align.Span // where the result's words are in the window
	failed error
}

// minLanguageSpeech is how much speech, in samples, is enough to detect its language
// without context.
const minLanguageSpeech = 5 * audio.SampleRate

// spokenBefore returns the languages spoken in the recording before a short window,
// after waiting for the windows before it. For a long window, or the first one, it
// returns nil without waiting. Its error is that of ctx.
func (t *task) spokenBefore(ctx context.Context) (engine.Spoken, error) {
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

// settle is called for each window in order, when it is done.
func (t *task) settle() {
	if t.previous != nil {
		t.spoken, t.previous = t.previous.spoken, nil
	}
	t.spoken = t.spoken.And(t.result)
	close(t.settled)
}

// queue passes tasks from the reader to the recognisers, and their results to the
// writer in the order of reading. It holds a limited number of tasks and a few
// minutes of audio; when it is full, the reader waits.
type queue struct {
	order chan *task
	work  chan *task
	// What is worth decoding only if a recogniser is free, and only the latest of each.
	early, partial chan *guess
	room           *semaphore.Weighted // samples
	size           int64               // samples
}

// queueAudio is how much audio may wait, in samples, in addition to one window per
// recogniser: two minutes.
const queueAudio = 120 * audio.SampleRate

func newQueue(tasks, recognisers int) *queue {
	size := int64(queueAudio + recognisers*whisper.WindowSeconds*audio.SampleRate)
	return &queue{
		order: make(chan *task, tasks), work: make(chan *task, tasks),
		early: make(chan *guess, 1), partial: make(chan *guess, 1),
		room: semaphore.NewWeighted(size), size: size,
	}
}

// put adds a task, once there is room for it. Its error is that of ctx. Every task
// that the writer receives will be done, soon if ctx has ended.
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
		t.failed = err // the writer already waits for this task
		close(t.done)
		return err
	}
	return nil
}

// weight is the number of samples in a window, or the size of the queue if the
// window is larger, as an undivided file may be.
func (q *queue) weight(t *task) int64 { return min(int64(len(t.window.Samples)), q.size) }

// finish is called by a recogniser that is done with a window. It releases the
// window's audio.
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

// close is called after the last put.
func (q *queue) close() {
	close(q.work)
	close(q.order)
}
