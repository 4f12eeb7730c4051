package transcribe

import (
	"context"
	"sync"
	"sync/atomic"

	"voiceflow/pkg/event"
)

// Transcriber is one run: its reader, its recognisers and its writer.
type Transcriber struct {
	*Config
	out     Output
	backend *Backend

	ctx      context.Context
	queue    *queue
	halt     chan struct{} // closed by haltOnce when no more work should begin
	haltOnce sync.Once
	replayed atomic.Bool // utterances arrive faster than they are spoken
	guessed  chan *guess // decoded, for Output.Partial
	hearing  hearing     // the utterance that goes on
	fatal    error
	records  atomic.Pointer[event.Reader] // the stream, if it is lines
}

// New returns a run with a configuration.
func New(c *Config, out Output) *Transcriber {
	return &Transcriber{
		Config: c, out: out, halt: make(chan struct{}), queue: newQueue(c.Queue, c.Recognisers),
		guessed: make(chan *guess), hearing: hearing{finished: -1},
	}
}

// Waiting returns how many windows wait for a recogniser.
func (t *Transcriber) Waiting() int { return len(t.queue.work) }

// Fatal returns why the recogniser stopped before the end, or nil. It is an
// engine.ErrMemory.
func (t *Transcriber) Fatal() error { return t.fatal }

// BrokenOff returns why the stream is not whole, once Run has returned nil: see
// event.Reader. It is nil if nothing is known to be missing.
func (t *Transcriber) BrokenOff(cut bool) (why error, between bool) {
	if in := t.records.Load(); in != nil {
		return in.BrokenOff(cut)
	}
	return nil, false
}

// Pending reports whether more of the stream is sure to come: see event.Reader.
func (t *Transcriber) Pending() bool {
	in := t.records.Load()
	return in != nil && in.Pending()
}

// Run transcribes everything. Failures of single items go to the output; Run returns
// errors of the backend, the stream, the output and the context. When it returns, the
// backend is no longer in use.
func (t *Transcriber) Run(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	t.ctx = ctx
	var readError error // set once the queue is closed
	go func() {
		readError = (&reader{Transcriber: t}).run()
		t.queue.close()
	}()
	var recognisers sync.WaitGroup
	for range max(t.Recognisers, 1) {
		recognisers.Go(t.recognise)
	}
	// The backend may be closed only after they have returned, which is soon after ctx
	// ends.
	defer func() {
		cancel()
		recognisers.Wait()
	}()
	if err := t.write(); err != nil {
		return err
	}
	return readError
}

// stopped reports whether no more items should begin: files after the first
// interrupt, and all items once the recogniser has been stopped.
func (t *Transcriber) stopped() bool {
	select {
	case <-t.halt:
		return true
	default:
	}
	if t.Stream != nil {
		return false
	}
	select {
	case <-t.Stop:
		return true
	default:
		return false
	}
}

// Opened reports whether the backend has been opened.
func (t *Transcriber) Opened() bool { return t.backend != nil }
