package transcribe

import (
	"bytes"
	"context"
	"sync/atomic"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// dictation is what the user may cancel: the part of the stream since the last mark that
// begins one.
type dictation struct {
	ctx    context.Context // nil until one is needed
	cancel context.CancelFunc
}

// context returns the context of the dictation, which ends with the run's.
func (d *dictation) context(run context.Context) context.Context {
	if d.ctx == nil {
		d.ctx, d.cancel = context.WithCancel(run)
	}
	return d.ctx
}

// mark passes a mark on. What belongs to a cancelled dictation ends without a transcript.
func (r *reader) mark(m *event.Mark) error {
	next := &task{record: m}
	if old := r.dictation.cancel; old != nil && (m.Mark == event.MarkBegin || m.Mark == event.MarkCancel) {
		if m.Mark == event.MarkCancel {
			old()
		}
		next.release = old // what came before a beginning is still to be written
		r.dictation = dictation{}
	}
	return r.put(next)
}

// guess is the sound so far of an utterance that may go on.
type guess struct {
	task    task             // its item is not the utterance's
	sound   *event.Tentative // as it came
	claimed atomic.Bool      // somebody decodes it, or nobody needs to
	done    chan struct{}    // closed when it is decoded
}

// tentative has a guess decoded, if a recogniser is free. After a pause, the result may
// become that of the utterance; otherwise it is text while speaking.
func (r *reader) tentative(t *event.Tentative) {
	if r.guess != nil {
		r.guess.claimed.Store(true) // it is not the utterance
		r.guess = nil
	}
	if len(t.PCM) == 0 || !t.Paused && !r.Partial {
		return
	}
	u := &event.Utterance{Start: t.Start, End: t.End, PCMStart: t.PCMStart}
	g := &guess{sound: t, done: make(chan struct{})}
	g.task = task{
		ctx: r.dictation.context(r.ctx), item: r.streamItem(t.ID),
		window: windowOf(u, audio.DecodePCM(nil, t.PCM)), previous: r.previous,
	}
	if t.Paused {
		r.guess = g
		replace(r.queue.early, g)
		return
	}
	replace(r.queue.partial, g)
}

// replace puts a guess in place of an older one. There is only one sender.
func replace(to chan *guess, g *guess) {
	select {
	case <-to:
	default:
	}
	to <- g
}

// guessOf returns the latest guess if it has the sound of an utterance.
func (r *reader) guessOf(u *event.Utterance) *guess {
	g := r.guess
	r.guess = nil
	if g != nil && g.sound.Start == u.Start && g.sound.PCMStart == u.PCMStart && g.sound.End == u.End &&
		bytes.Equal(g.sound.PCM, u.PCM) {
		return g
	}
	return nil
}

// next returns the next thing to decode: a task, a guess after a pause, or text while
// speaking. more is false once there are no more tasks.
func (q *queue) next() (t *task, g *guess, more bool) {
	select {
	case t, more = <-q.work:
		return t, nil, more
	default:
	}
	select {
	case t, more = <-q.work:
		return t, nil, more
	case g = <-q.early:
		return nil, g, true
	default:
	}
	select {
	case t, more = <-q.work:
		return t, nil, more
	case g = <-q.early:
	case g = <-q.partial:
	}
	return nil, g, true
}

// decodeGuess decodes a guess unless its utterance has come.
func (t *Transcriber) decodeGuess(g *guess) {
	if g.claimed.Swap(true) {
		return
	}
	t.work(&g.task)
	close(g.done)
	if t.Partial && g.task.failed == nil && g.task.result != nil {
		select {
		case t.guessed <- g:
		case <-t.ctx.Done():
		}
	}
}

// adopt takes the result of the task's guess, after waiting for it. It reports whether
// there is one.
func (t *task) adopt() bool {
	g := t.guess
	if g == nil || !g.claimed.Swap(true) {
		return false
	}
	select {
	case <-g.done:
	case <-t.ctx.Done():
		return false
	}
	if g.task.failed != nil || g.task.result == nil {
		return false
	}
	t.result, t.words = g.task.result, g.task.words
	return true
}
