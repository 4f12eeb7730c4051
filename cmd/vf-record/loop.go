package main

import (
	"context"
	"errors"
	"io"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/capture"
	"voiceflow/pkg/event"
)

// loop records until the process is to end.
func (r *recorder) loop() error {
	for r.machine.phase != phaseOver {
		r.control.publish(r.machine.state(r.heard))
		pressed, err := r.takePress()
		if err == nil && !pressed {
			err = r.await()
		}
		if err == nil && r.full {
			err = r.on(reached)
		}
		if err != nil {
			return err
		}
	}
	r.control.publish(event.RecorderStopping)
	return nil
}

// takePress acts on a press that has already come. Presses come before samples, so that
// one from before the first sample counts from there.
func (r *recorder) takePress() (taken bool, err error) {
	select {
	case <-r.presses:
		return true, r.on(flipped)
	case c := <-r.control.received():
		return true, r.obey(c)
	case <-r.stop:
		r.stop = nil
		return true, r.on(quit)
	default:
		return false, nil
	}
}

// await acts on whatever comes next.
func (r *recorder) await() error {
	var portions chan portion
	if r.feed != nil && r.machine.phase != phaseOpening && !r.queue.full(r.queueLimit()) {
		portions = r.feed.portions
	}
	select {
	case <-r.presses:
		return r.on(flipped)
	case c := <-r.control.received():
		return r.obey(c)
	case <-r.stop:
		r.stop = nil
		return r.on(quit)
	case p, ok := <-portions:
		if !ok {
			return r.exhausted()
		}
		return r.hear(p)
	case <-r.queue.room:
		return nil
	case err := <-r.queue.failed:
		return err
	case o := <-r.opening:
		return r.useOpened(o)
	case <-r.tail:
		return r.on(tailOver)
	case <-r.env.Context.Done():
		return context.Canceled
	}
}

// queueLimit returns how many samples may wait for the outputs. What does not fit waits in
// the ring.
func (r *recorder) queueLimit() int64 {
	if r.config.isLive() {
		return audio.Samples(ringTime - feedTime)
	}
	return fileQueue
}

// exhausted is called when the source has ended.
func (r *recorder) exhausted() error {
	err := r.feed.err
	r.feed.cancel()
	r.feed = nil
	switch {
	case err != io.EOF:
		return err
	case r.supply != nil:
		r.feed = &feed{cancel: func() {}} // nothing more comes, until the next dictation
		return r.on(reached)
	}
	return r.on(ended)
}

// useOpened continues after a source has been opened, or could not be.
func (r *recorder) useOpened(o opening) error {
	if o.err == nil {
		if o.src != nil {
			r.useSource(o.src, o.ring)
		}
		return r.on(micOpened)
	}
	r.answerBegun(reply{Error: o.err.Error(), Code: exitcode.Input})
	switch err := r.on(micFailed); {
	case err != nil:
		return err
	case errors.Is(o.err, capture.ErrHangs): // it would hang at the next press, too
		return cmdline.Exit(exitcode.Input, o.err)
	case r.machine.phase != phaseOver:
		r.env.Log.Error().Msg(o.err.Error()) // the next press may have more luck
		return nil
	case errors.Is(o.err, context.Canceled):
		return o.err
	}
	return cmdline.Exit(exitcode.Input, o.err)
}

// obey acts on a press that another process has passed on.
func (r *recorder) obey(c command) error {
	if !r.order.accept(c.press, c.when) {
		c.answer <- reply{}
		return nil
	}
	r.forgetUndelivered()
	r.late = int(audio.Samples(c.when.age(longestDelay)))
	defer func() { r.late = 0 }()
	open := r.machine.isOpen()
	effects := r.machine.on(c.press)
	ends := open && (!r.machine.isOpen() || len(effects) > 1)
	switch {
	case r.machine.isEnding():
		c.answer <- reply{Ending: true}
	case r.machine.phase == phaseOpening && r.machine.wanted != phaseWaiting:
		r.begun = append(r.begun, c.answer)
	case ends || r.machine.phase == phaseStopping:
		r.waiting = append(r.waiting, c.answer)
	default:
		c.answer <- reply{}
	}
	return r.do(effects)
}

// longestDelay is how long a press may take to arrive without a loss of sound.
const longestDelay = 2 * time.Second

// regretTime is how long after the end of a dictation a cancel still concerns it.
const regretTime = time.Minute

// forgetUndelivered lets a cancel of the last dictation have no effect when it is over.
func (r *recorder) forgetUndelivered() {
	if time.Since(r.since) > regretTime {
		r.machine.undelivered = false
	}
}

// on acts on a trigger.
func (r *recorder) on(t trigger) error {
	if t == micOpened {
		defer r.answerBegun(reply{})
	}
	return r.do(r.machine.on(t))
}

func (r *recorder) answerBegun(a reply) {
	for _, answer := range r.begun {
		answer <- a
	}
	r.begun = nil
}

// do carries out effects.
func (r *recorder) do(effects []effect) error {
	for _, e := range effects {
		if err := r.doOne(e); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) doOne(e effect) error {
	switch e {
	case openMic:
		if r.supply == nil {
			return r.on(micOpened)
		}
		r.openSource()
	case closeMic:
		r.closeSource()
	case markBegin:
		return r.markBegin()
	case markPause:
		r.endGap()
		r.flip("paused")
		r.mark(event.Mark{Mark: event.MarkPause}, nil)
	case markResume:
		r.mark(event.Mark{Mark: event.MarkResume}, nil)
		return r.write(r.flip("resumed"))
	case startTail:
		if r.config.tail == 0 {
			return r.on(tailOver)
		}
		r.tail = time.After(r.config.tail)
	case markEnd:
		r.markEnd(event.MarkEnd)
	case markCancel:
		r.mute = true
		r.markEnd(event.MarkCancel)
	}
	return nil
}
