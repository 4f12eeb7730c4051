package capture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"voiceflow/pkg/audio"
)

const (
	watchStep = 100 * time.Millisecond
	// patience is how long a device may be silent before it counts as lost.
	// The longest blocks met are those of 2 s of PulseAudio's null sink. The
	// first block may take twice as long.
	patience = 5 * time.Second
	// deadTime is how long PortAudio's thread must be seen not to run.
	deadTime = 3 * watchStep
	// stopTime is how long the end of a recording may take: a block must come
	// first.
	stopTime = 3 * time.Second
)

// Stream is a recording under way.
type Stream struct {
	system  *System
	options Options
	called  time.Time // when Record was
	intake  *intake

	ctx    context.Context // ends with Stop
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done
}

// Record begins to record into the ring, which it closes for writing at the
// end: that of Stop, or that of a device that is gone for longer than
// Options.Reconnect. Only one recording may be under way at a time.
//
// What happens is reported, one event at a time; report should return soon, as
// samples wait meanwhile, for up to 30 s. The error wraps ErrNoDevice,
// ErrNoChannel or ErrHangs where it is one of these.
func (s *System) Record(o Options, ring *audio.Ring, report func(Event)) (*Stream, error) {
	st := newStream(s, o, ring, report)
	var l *line
	err := s.within(answerTime, func() (err error) {
		l, err = open(o.Device, o.Channel)
		return err
	})
	if err != nil {
		st.cancel()
		return nil, err
	}
	go st.run(l)
	return st, nil
}

func newStream(s *System, o Options, ring *audio.Ring, report func(Event)) *Stream {
	st := &Stream{
		system: s, options: o, called: time.Now(), done: make(chan struct{}),
		intake: &intake{ring: ring, report: report, channel: o.Channel},
	}
	st.ctx, st.cancel = context.WithCancel(context.Background())
	return st
}

// Stop ends the recording and closes the ring for writing; what is in it can
// still be read. It may be called twice and takes no more than seconds. The
// error tells why the recording is not whole: the device was lost and did not
// come back, or the audio system hangs (ErrHangs).
func (st *Stream) Stop() error {
	st.cancel()
	<-st.done
	return st.err
}

// loss is a device that went away.
type loss struct {
	at    time.Time // of its last sample
	until time.Time // when the search for it ends
	why   error
}

// run records from one line after another.
func (st *Stream) run(l *line) {
	defer close(st.done)
	defer st.cancel()
	defer st.intake.ring.CloseWrite()
	var lost *loss
	for {
		why, err := st.listen(l, lost)
		if why == nil {
			st.err = err
			return
		}
		if lost == nil || l.blocks.Load() > 0 {
			lost = &loss{at: l.time(&l.last), until: time.Now().Add(st.options.Reconnect), why: why}
			if st.options.Reconnect > 0 {
				st.intake.tell(l, Event{Kind: Lost, At: st.intake.at, Err: why})
			}
		}
		if l, err = st.reconnect(l, lost); err != nil {
			st.err = err
			return
		}
	}
}

// listen records from one line and returns why it was lost, or the error, if
// any, of one that has ended.
func (st *Stream) listen(l *line, lost *loss) (why, err error) {
	taken := make(chan error, 1)
	go func() { taken <- st.intake.run(l, st.called, lost) }()
	why, err = st.watch(l, taken)
	if why == nil {
		if l.blocks.Load() > 0 && !l.alive() {
			err = errors.Join(err, fmt.Errorf("microphone %q is gone: %w", l.name, errClosed))
		}
		if hangs := st.system.within(stopTime, l.close); hangs != nil {
			err = errors.Join(err, fmt.Errorf("microphone %q: %w", l.name, hangs))
		}
	}
	l.raw.CloseWrite() // lets the intake end
	return why, errors.Join(err, <-taken)
}

var errClosed = errors.New("the audio system has closed it")

// watch waits for Stop, or for an error of the intake, or until the line is
// lost. It counts its own steps and looks at no clock, so that a process which
// was stopped for a while does not take that for a silence of the device.
func (st *Stream) watch(l *line, taken chan error) (why, err error) {
	tick := time.NewTicker(watchStep)
	defer tick.Stop()
	seen, quiet := int64(0), time.Duration(0)
	for {
		select {
		case <-st.ctx.Done():
			return nil, nil
		case err := <-taken:
			taken <- nil
			return nil, err
		case <-tick.C:
		}
		quiet += watchStep
		switch n := l.blocks.Load(); {
		case n != seen:
			seen, quiet = n, 0
		case n > 0 && quiet >= deadTime && !l.alive():
			return errClosed, nil
		case n > 0 && quiet >= patience, quiet >= 2*patience:
			return fmt.Errorf("it has given no samples for %v", quiet), nil
		}
	}
}
