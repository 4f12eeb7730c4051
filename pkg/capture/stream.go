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
	// sampleTimeout is how long a device may deliver nothing before it counts as
	// lost; the first block may take twice as long. The longest blocks seen are
	// the 2 s of PulseAudio's null sink.
	sampleTimeout = 5 * time.Second
	// deadTime is how long PortAudio's thread must appear dead.
	deadTime = 3 * watchStep
	// stopTime is how long stopping may take, which includes waiting for a block.
	stopTime = 3 * time.Second
)

// Stream is a recording in progress.
type Stream struct {
	system  *System
	options Options
	called  time.Time // when Record was called
	intake  *intake

	ctx    context.Context // cancelled by Stop
	cancel context.CancelFunc
	done   chan struct{}
	err    error // valid once done is closed
}

// Record starts recording into the ring. It closes the ring for writing after
// Stop, or when the device has been gone for longer than Options.Reconnect. Only
// one recording may be in progress at a time.
//
// A system that stays open between recordings also finds devices that have been connected
// meanwhile.
//
// Events are passed to report, one at a time; report should return soon, because
// samples can wait for at most 30 s. The error may wrap ErrNoDevice, ErrNoChannel
// or ErrHangs.
func (s *System) Record(o Options, ring *audio.Ring, report func(Event)) (*Stream, error) {
	st := newStream(s, o, ring, report)
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	l, err := s.openLine(ctx, func() (*line, error) { return s.open(o) })
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

// Stop ends the recording and closes the ring for writing; the samples in it can
// still be read. It may be called twice and takes a few seconds at most. An error
// means that the recording is incomplete: the device was lost and did not come
// back, or the audio system hangs (ErrHangs).
func (st *Stream) Stop() error {
	st.cancel()
	<-st.done
	return st.err
}

// loss describes the loss of a device.
type loss struct {
	at     time.Time // of the last sample
	until  time.Time // when to stop trying to reconnect
	reason error
}

// run records from a line and, after each reconnect, from the next one.
func (st *Stream) run(l *line) {
	defer close(st.done)
	defer st.cancel()
	defer st.intake.ring.CloseWrite()
	var lost *loss
	for {
		reason, err := st.listen(l, lost)
		if reason == nil {
			st.err = err
			return
		}
		if lost == nil || l.blocks.Load() > 0 {
			lost = &loss{at: l.time(&l.last), until: time.Now().Add(st.options.Reconnect), reason: reason}
			if st.options.Reconnect > 0 {
				st.intake.emit(l, Event{Kind: Lost, At: st.intake.at, Err: reason})
			}
		}
		if l, err = st.reconnect(l, lost); err != nil {
			st.err = err
			return
		}
	}
}

// listen records from one line until it is lost, and returns the reason, or until
// it ends, possibly with an error.
func (st *Stream) listen(l *line, lost *loss) (reason, err error) {
	intakeDone := make(chan error, 1)
	go func() { intakeDone <- st.intake.run(l, st.called, lost) }()
	reason, err = st.watch(l, intakeDone)
	if reason == nil {
		if l.blocks.Load() > 0 && !l.alive() {
			err = errors.Join(err, fmt.Errorf("microphone %q is gone: %w", l.name, errClosed))
		}
		if hangs := st.system.within(stopTime, l.close); hangs != nil {
			err = errors.Join(err, fmt.Errorf("microphone %q: %w", l.name, hangs))
		}
	}
	l.raw.CloseWrite() // lets the intake end
	return reason, errors.Join(err, <-intakeDone)
}

var errClosed = errors.New("closed by the audio system")

// watch waits for Stop, an error of the intake, or the loss of the line. It
// counts its own steps instead of reading a clock, so that a process that was
// suspended does not blame the device for the gap.
func (st *Stream) watch(l *line, intakeDone chan error) (reason, err error) {
	tick := time.NewTicker(watchStep)
	defer tick.Stop()
	blocks, idle := int64(0), time.Duration(0)
	for {
		select {
		case <-st.ctx.Done():
			return nil, nil
		case err := <-intakeDone:
			intakeDone <- nil
			return nil, err
		case <-tick.C:
		}
		idle += watchStep
		switch n := l.blocks.Load(); {
		case n != blocks:
			blocks, idle = n, 0
		case n > 0 && idle >= deadTime && !l.alive():
			return errClosed, nil
		case n > 0 && idle >= sampleTimeout, idle >= 2*sampleTimeout:
			return fmt.Errorf("no samples for %v", idle), nil
		}
	}
}
