package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine"
)

// transcriber runs the reader, the recognisers and the writer.
type transcriber struct {
	env      *cmdline.Env
	engine   *engine.Engine
	settings *settings
	work     *work
	out      *sink

	ctx      context.Context
	queue    *queue
	halt     chan struct{} // closed by haltOnce when no more work should begin
	haltOnce sync.Once
	began    time.Time   // when the program started
	replayed atomic.Bool // utterances arrive faster than they are spoken

	tally
}

// tally counts items and collects what decides the exit code.
type tally struct {
	started               time.Time
	done, failed, skipped int
	audio                 float64 // seconds
	uncovered             int     // items with speech without words
	firstFailure          error   // carries its exit code
	fatal                 error   // why the recogniser was stopped
}

func (t *transcriber) run() error {
	ctx, cancel := context.WithCancel(t.env.Context)
	defer cancel()
	t.ctx, t.halt, t.started = ctx, make(chan struct{}), time.Now()
	t.queue = newQueue(t.settings.queue, t.settings.engine.Recognisers)
	reader := &reader{
		ctx: ctx, env: t.env, settings: t.settings, work: t.work, plan: t.out.plan,
		queue: t.queue, halt: t.halt, began: t.began, replayed: &t.replayed,
	}
	var readError error // set once the queue is closed
	go func() {
		readError = reader.run()
		t.queue.close()
	}()
	var recognisers sync.WaitGroup
	for range t.settings.engine.Recognisers {
		recognisers.Go(t.recognise)
	}
	// The engine may be closed only after they have returned, which is soon after ctx ends.
	defer func() {
		cancel()
		recognisers.Wait()
	}()
	if err := t.write(); err != nil {
		return err
	}
	if readError != nil {
		return readError
	}
	return t.verdict()
}

// stopped reports whether no more items should begin: files after the first
// interrupt, and all items once the recogniser has been stopped.
func (t *transcriber) stopped() bool {
	select {
	case <-t.halt:
		return true
	default:
	}
	if t.work.stream {
		return false
	}
	select {
	case <-t.env.Stop:
		return true
	default:
		return false
	}
}

// write writes the results in order. Its error ends the run.
func (t *transcriber) write() error {
	var draft *draft
	for task := range t.queue.order {
		select {
		case <-task.done:
		case <-t.ctx.Done():
			return t.interrupted(draft, task)
		}
		if task.record != nil {
			if err := t.record(task.record); err != nil {
				return err
			}
			continue
		}
		if draft == nil {
			draft = newDraft(task.item, t.settings)
		}
		if task.window != nil {
			task.settle()
			draft.add(task)
			if err := t.out.showDraft(draft); err != nil {
				return err
			}
			continue
		}
		err := t.finish(draft, task.err)
		if draft = nil; err != nil {
			return err
		}
	}
	return t.interrupted(draft, nil)
}

// interrupted writes what was decoded of an item before the second interrupt: its
// complete windows, and the beginning of the next one. next is the item's next task. It
// returns the context's error, or nil if the context has not ended.
func (t *transcriber) interrupted(d *draft, next *task) error {
	if t.ctx.Err() == nil {
		return nil
	}
	for next != nil && next.window != nil {
		<-next.done // soon, because decoding has stopped
		if d == nil {
			d = newDraft(next.item, t.settings)
		}
		if d.item != next.item {
			return t.incomplete(d)
		}
		if d.add(next); next.failed != nil || next.result == nil {
			return t.incomplete(d)
		}
		select {
		case next = <-t.queue.order: // nil: closed
		default:
			next = nil
		}
	}
	return t.incomplete(d)
}

// incomplete writes an item's partial transcript, and returns the context's error.
func (t *transcriber) incomplete(d *draft) error {
	if d == nil {
		return t.ctx.Err()
	}
	transcript := d.incomplete()
	if transcript == nil {
		return t.ctx.Err()
	}
	if err := t.out.incomplete(transcript); err != nil {
		return err
	}
	name := transcript.File
	if name == "" {
		name = "standard input"
	}
	t.env.Log.Warn().Msgf("%s: interrupted: transcribed up to %.1f s", name, transcript.End)
	return t.ctx.Err()
}

// finish writes the result of an item. A failed item does not end the run; a returned
// error does.
func (t *transcriber) finish(d *draft, readError error) error {
	it := d.item
	err := d.err
	if errors.Is(err, engine.ErrMemory) {
		t.fatal, err = err, nil // the text is complete
	}
	switch {
	case errors.Is(err, errAbandoned):
		return nil
	case errors.Is(err, context.Canceled):
		return t.incomplete(d)
	case err != nil:
		return t.fail(it, cmdline.Exit(exitcode.Recogniser, err))
	case readError != nil:
		return t.fail(it, readError)
	case it.place.skip:
		t.skipped++
		return t.out.skip(it)
	}
	transcript := d.transcript(t.engine)
	if remark := uncoveredRemark(transcript); remark != "" {
		it.remarks = append(it.remarks, remark)
	}
	t.remark(it)
	t.measure(it, transcript)
	if err := t.out.transcript(it, transcript); err != nil {
		var unwritable *writeError
		if !errors.As(err, &unwritable) {
			return err
		}
		failed := t.fail(it, cmdline.Exit(exitcode.NoTarget, err))
		if isFull(err) && failed == nil { // the others would fail too
			return cmdline.Exit(exitcode.NoTarget,
				errors.New("stopped, because the disk is full or read-only: make room, then run it again with --skip-existing"))
		}
		return failed
	}
	t.done++
	if len(transcript.Uncovered) > 0 {
		t.uncovered++
	}
	t.audio += transcript.Duration
	return nil
}
