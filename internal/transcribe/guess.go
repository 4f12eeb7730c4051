package transcribe

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

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
	if m.Mark == event.MarkBegin || m.Mark == event.MarkCancel {
		r.withdraw()
	}
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

	mu      sync.Mutex
	decided bool // it is an utterance, or it is known not to be one
}

// decide decides what a guess is, with do, unless that is decided already. It reports
// whether it was not.
func (g *guess) decide(do func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.decided {
		return false
	}
	g.decided = true
	do()
	return true
}

// tentative has a guess decoded, if a recogniser is free. After a pause, the result may
// become that of the utterance; otherwise it is text while speaking.
func (r *reader) tentative(t *event.Tentative) {
	r.withdraw()
	u := &event.Utterance{ID: t.ID, Start: t.Start, End: t.End, PCMStart: t.PCMStart, PCM: t.PCM}
	if len(t.PCM) == 0 || !t.Paused && !r.Partial || !r.rest(u) {
		return
	}
	g := &guess{sound: t, done: make(chan struct{})}
	g.task = task{
		ctx: r.dictation.context(r.ctx), item: r.utteranceItem(u), previous: r.previous,
		window: windowOf(u, audio.DecodePCM(nil, u.PCM)), done: g.done, settled: make(chan struct{}),
	}
	end := u.PCMStart + audio.Seconds(len(u.PCM)/2)
	g.task.item.Delay = time.Duration(max(end-u.End, 0) * float64(time.Second))
	if t.Paused {
		r.guess = g
		replace(r.queue.early, g)
		return
	}
	replace(r.queue.partial, g)
}

// withdraw is called when a guess turns out not to be the utterance, unless it became one
// by its text: what comes next then follows it.
func (r *reader) withdraw() {
	g := r.guess
	if r.guess = nil; g == nil {
		return
	}
	g.claimed.Store(true)
	if !g.decide(func() {}) {
		from := audio.SampleAt(g.sound.PCMStart)
		r.written = written{id: g.sound.ID, from: from, until: from + int64(len(g.sound.PCM)/2)}
	}
}

// written is the sound that became an utterance by its text: the beginning of the
// utterance with the same ID, which may also have been cut there.
type written struct {
	id          int
	from, until int64 // samples
}

// rest removes from an utterance what has a transcript already. It reports whether
// anything is left.
func (r *reader) rest(u *event.Utterance) bool {
	at, w := audio.SampleAt(u.PCMStart), r.written
	if u.ID != w.id && u.ID != w.id+1 || at < w.from || at >= w.until {
		return true
	}
	done := min(w.until-at, int64(len(u.PCM)/2))
	u.PCM = u.PCM[2*done:]
	u.PCMStart = audio.Seconds(w.until)
	u.Start, u.End = max(u.Start, u.PCMStart), max(u.End, u.PCMStart)
	return len(u.PCM) > 0
}

// replace sends a guess after taking back an older one. There is only one sender.
func replace(to chan *guess, g *guess) {
	drop(to)
	to <- g
}

// drop takes back a guess that nobody has begun to decode.
func drop(from chan *guess) {
	select {
	case <-from:
	default:
	}
}

// guessOf returns the latest guess if it has the sound of an utterance. Otherwise it
// withdraws it.
func (r *reader) guessOf(u *event.Utterance) *guess {
	g := r.guess
	if g == nil || g.sound.Start != u.Start || g.sound.PCMStart != u.PCMStart || g.sound.End != u.End ||
		!bytes.Equal(g.sound.PCM, u.PCM) || !g.decide(func() {}) {
		r.withdraw()
		return nil
	}
	r.guess = nil
	return g
}

// next returns the next thing to decode: a task, a guess after a pause, or text while
// speaking. more is false once there are no more tasks.
func (q *queue) next() (t *task, g *guess, more bool) {
	select {
	case t, more = <-q.work:
		return t, nil, more
	case g = <-q.early:
	default:
		select {
		case t, more = <-q.work:
			return t, nil, more
		case g = <-q.early:
		case g = <-q.partial:
		}
	}
	select {
	case t, more = <-q.work: // it goes first, and the guess is probably stale
		return t, nil, more
	default:
		return nil, g, true
	}
}

// decodeGuess decodes a guess unless its utterance has come.
func (t *Transcriber) decodeGuess(g *guess) {
	if g.claimed.Swap(true) {
		return
	}
	t.work(&g.task)
	g.task.window.Samples = nil
	if !g.sound.MayEnd {
		g.task.previous = nil // or each utterance would keep the one before
	}
	close(g.done)
	if t.end(g) {
		return
	}
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
	t.guess = nil
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

// end makes an utterance of a guess that is a whole sentence, if it may be one, and
// reports whether it has done so. With a long queue, nobody is waiting for its text.
func (t *Transcriber) end(g *guess) bool {
	mayEnd := g.sound.MayEnd && g.sound.Paused && g.task.failed == nil && g.task.result != nil
	if !mayEnd || !isSentence(g.task.result.Text()) || len(t.queue.order) > cap(t.queue.order)/2 {
		return false
	}
	return g.decide(func() {
		g.task.whole = true
		_ = send(t.ctx, t.queue.order, &g.task) // otherwise the run ends
	})
}

// isSentence reports whether a text ends like a sentence. One that breaks off may end in
// an ellipsis.
func isSentence(text string) bool {
	text = strings.TrimRight(text, "\"'”’»)」")
	if strings.HasSuffix(text, "..") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?。！？", last)
}
