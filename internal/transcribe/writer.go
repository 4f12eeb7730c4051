package transcribe

import (
	"context"
	"errors"
	"fmt"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine"
)

// write writes the results in order. Its error ends the run.
func (t *Transcriber) write() error {
	var draft *draft
	for {
		task, err := t.next()
		switch {
		case err != nil && t.ctx.Err() == nil:
			return err
		case err != nil || task == nil:
			return t.interrupted(draft, task)
		case task.record != nil:
			if task.release != nil {
				task.release()
				t.hearing.forget()
			}
			if err := t.out.Record(task.record); err != nil {
				return err
			}
			continue
		case task.ctx.Err() != nil && t.ctx.Err() == nil: // the user cancelled the dictation
			if task.window != nil {
				task.settle()
			}
			draft = nil
			continue
		}
		if draft == nil {
			draft = newDraft(task.item, t.Config)
		}
		if task.window != nil {
			task.settle()
			draft.add(task)
			if err := t.show(draft); err != nil {
				return err
			}
			if !task.whole {
				continue
			}
		}
		err = t.finish(draft, task.err)
		if draft = nil; err != nil {
			return err
		}
	}
}

// next returns the next task once it is done, or nil after the last. Meanwhile it writes
// what is known of the utterance that goes on. If the context ends, it returns its error
// with the task that it waits for; otherwise an error is the output's.
func (t *Transcriber) next() (*task, error) {
	order, done := t.queue.order, (<-chan struct{})(nil)
	var next *task
	for {
		select {
		case task, more := <-order:
			if !more {
				return nil, nil
			}
			next, order, done = task, nil, task.done
		case <-done:
			return next, nil
		case g := <-t.guessed:
			if next != nil || len(order) > 0 {
				continue // what comes before it in the stream is still to be written
			}
			if err := t.partial(g); err != nil {
				return nil, err
			}
		case <-t.interruptedWhile(next):
			return next, t.ctx.Err()
		}
	}
}

// interruptedWhile returns the end of the context while the writer waits for a task, not
// before: the end of the queue comes soon.
func (t *Transcriber) interruptedWhile(next *task) <-chan struct{} {
	if next == nil {
		return nil
	}
	return t.ctx.Done()
}

// show passes a draft to the output.
func (t *Transcriber) show(d *draft) error {
	if d.err != nil || len(d.event.Segments) == 0 {
		return nil
	}
	return t.out.Draft(d.item, &d.event)
}

// interrupted writes what was decoded of an item before the second interrupt: its
// complete windows, and the beginning of the next one. next is the item's next task. It
// returns the context's error, or nil if the context has not ended.
func (t *Transcriber) interrupted(d *draft, next *task) error {
	if t.ctx.Err() == nil {
		return nil
	}
	for next != nil && next.window != nil {
		<-next.done // soon, because decoding has stopped
		if d == nil {
			d = newDraft(next.item, t.Config)
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
func (t *Transcriber) incomplete(d *draft) error {
	if d == nil {
		return t.ctx.Err()
	}
	if transcript := d.incomplete(); transcript != nil {
		if err := t.out.Incomplete(transcript); err != nil {
			return err
		}
	}
	return t.ctx.Err()
}

// finish passes the result of an item to the output.
func (t *Transcriber) finish(d *draft, readError error) error {
	it := d.item
	err := d.err
	if errors.Is(err, engine.ErrMemory) {
		if t.fatal, err = err, nil; d.cut {
			return t.incomplete(d)
		}
	} else if isFatal(err) {
		t.fatal = fmt.Errorf("nothing more is recognised: %w", err)
	}
	switch {
	case errors.Is(err, errAbandoned):
		return nil
	case errors.Is(err, context.Canceled):
		return t.incomplete(d)
	case err != nil:
		return t.out.Failure(it, exitcode.New(exitcode.Recogniser, err))
	case readError != nil:
		return t.out.Failure(it, readError)
	case it.skip:
		return t.out.Skip(it)
	}
	if it.File == "" && t.replayed.Load() {
		it.Replayed = true
	}
	t.hearing.finish(it)
	transcript := d.transcript(t.backend)
	if remark := uncoveredRemark(transcript); remark != "" {
		it.Remarks = append(it.Remarks, remark)
	}
	return t.out.Transcript(it, transcript)
}
