package main

import "voiceflow/pkg/event"

// phase is what a recorder is doing.
type phase int

const (
	phaseWaiting   phase = iota // armed, for a press
	phaseOpening                // the microphone is being opened
	phaseRecording              // sound is recorded
	phasePaused                 // it is not, for now
	phaseStopping               // the tail after a stop is recorded
	phaseOver                   // the process ends
)

// trigger is what happens to a recorder: a press, a signal, or something it waited for.
type trigger int

const (
	pressToggle trigger = iota
	pressStart
	pressStop
	pressCancel
	flipped // SIGUSR1
	quit    // SIGINT or SIGTERM
	micOpened
	micFailed // to open the microphone
	tailOver  // the tail has been recorded
	reached   // the limit of a dictation, or the silence that ends it
	ended     // no more sound will come
)

// effect is what a trigger makes a recorder do, in addition to its new phase.
type effect int

const (
	openMic  effect = iota // micOpened or micFailed follows
	closeMic               // it is not needed after all
	markBegin
	markPause
	markResume
	startTail
	markEnd
	markCancel
)

// machine decides what a recorder does. Its marks always have the form
// (begin (pause resume)* pause? (end cancel? | cancel))*.
type machine struct {
	phase phase
	armed bool // a press begins a dictation; otherwise the process does
	// rests means that the end of a dictation leads back to waiting, and not to the end
	// of the process.
	rests bool
	// wanted is the phase after opening: recording, paused, stopping, or waiting if
	// nothing is to be recorded after all.
	wanted phase
	// undelivered means that a dictation has ended, and that what becomes of it can
	// still be cancelled.
	undelivered bool
}

// on changes the phase and returns the effects, in order.
func (m *machine) on(in trigger) []effect {
	switch in {
	case pressToggle:
		if m.isIdle() || m.phase == phaseStopping && m.rests {
			return m.start()
		}
		return m.stop()
	case pressStart:
		return m.start()
	case pressStop:
		return m.stop()
	case pressCancel:
		return m.cancel()
	case flipped:
		return m.flip()
	case quit:
		return m.quit()
	case micOpened:
		return m.opened()
	case micFailed:
		m.phase = m.rest()
	case tailOver, reached:
		if m.isOpen() {
			return m.finish(markEnd)
		}
	case ended:
		m.rests = false
		return m.quitNow()
	}
	return nil
}

// isEnding reports whether the process will end without another press.
func (m *machine) isEnding() bool {
	if m.phase == phaseOpening {
		return !m.rests && m.wanted != phaseRecording && m.wanted != phasePaused
	}
	return !m.rests && (m.phase == phaseStopping || m.phase == phaseOver)
}

// isIdle reports whether no dictation is in progress or about to begin.
func (m *machine) isIdle() bool {
	return m.phase == phaseWaiting || m.phase == phaseOpening && m.wanted == phaseWaiting
}

// isOpen reports whether a dictation has begun and not ended.
func (m *machine) isOpen() bool {
	return m.phase == phaseRecording || m.phase == phasePaused || m.phase == phaseStopping
}

// rest returns the phase without a dictation.
func (m *machine) rest() phase {
	if m.rests {
		return phaseWaiting
	}
	return phaseOver
}

func (m *machine) start() []effect {
	switch {
	case m.phase == phaseWaiting:
		m.phase, m.wanted, m.undelivered = phaseOpening, phaseRecording, false
		return []effect{openMic}
	case m.phase == phaseOpening && m.armed:
		m.wanted = phaseRecording
	case m.phase == phasePaused:
		m.phase = phaseRecording
		return []effect{markResume}
	case m.phase == phaseStopping && m.rests:
		m.phase, m.undelivered = phaseRecording, false
		return []effect{markEnd, markBegin}
	}
	return nil
}

func (m *machine) stop() []effect {
	switch m.phase {
	case phaseOpening:
		m.wanted = phaseWaiting
		if !m.armed { // the process was started to record
			m.wanted = phaseStopping
		}
	case phaseRecording:
		m.phase = phaseStopping
		return []effect{startTail}
	case phasePaused:
		return m.finish(markEnd)
	}
	return nil
}

func (m *machine) cancel() []effect {
	switch {
	case m.phase == phaseOpening:
		m.wanted = phaseWaiting
	case m.isOpen():
		return m.finish(markCancel)
	case m.phase == phaseWaiting && m.undelivered:
		m.undelivered = false
		return []effect{markCancel}
	}
	return nil
}

func (m *machine) finish(mark effect) []effect {
	m.phase, m.undelivered = m.rest(), mark == markEnd
	return []effect{mark}
}

func (m *machine) flip() []effect {
	switch m.phase {
	case phaseRecording:
		m.phase = phasePaused
		return []effect{markPause}
	case phaseOpening:
		switch m.wanted {
		case phaseRecording:
			m.wanted = phasePaused
		case phasePaused, phaseWaiting:
			m.wanted = phaseRecording
		}
	case phaseWaiting, phasePaused:
		return m.start()
	}
	return nil
}

// quit ends the process, after the tail.
func (m *machine) quit() []effect {
	m.rests = false
	if m.phase == phaseWaiting {
		m.phase = phaseOver
	}
	return m.stop()
}

// quitNow ends the process without a tail.
func (m *machine) quitNow() []effect {
	if m.isOpen() {
		return m.finish(markEnd)
	}
	m.phase = phaseOver
	return nil
}

func (m *machine) opened() []effect {
	switch m.wanted {
	case phaseRecording:
		m.phase = phaseRecording
		return []effect{markBegin}
	case phasePaused:
		m.phase = phasePaused
		return []effect{markBegin, markPause}
	case phaseStopping:
		m.phase = phaseStopping
		return []effect{markBegin, startTail}
	}
	m.phase = m.rest()
	if !m.armed {
		return []effect{markBegin, markCancel}
	}
	return []effect{closeMic}
}

// state returns the phase for other programs. Until the first sound has been heard, a
// recorder only appears to be armed.
func (m *machine) state(heard bool) event.RecorderState {
	switch {
	case m.phase == phaseRecording && heard:
		return event.RecorderRecording
	case m.phase == phasePaused:
		return event.RecorderPaused
	case m.phase == phaseStopping, m.phase == phaseOver:
		return event.RecorderStopping
	}
	return event.RecorderArmed
}
