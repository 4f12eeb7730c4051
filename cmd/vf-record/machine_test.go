package main

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var triggerNames = map[trigger]string{
	pressToggle: "toggle", pressStart: "start", pressStop: "stop", pressCancel: "cancel", flipped: "flip",
	quit: "quit", micOpened: "opened", micFailed: "failed", tailOver: "over", reached: "limit", ended: "eof",
}

var effectNames = map[effect]string{
	openMic: "open", closeMic: "close", markBegin: "begin", markPause: "pause", markResume: "resume",
	startTail: "tail", markEnd: "end", markCancel: "cancel",
}

// recorders returns the kinds of recorders.
func recorders(kind string) machine {
	switch kind {
	case "lasting":
		return machine{armed: true, rests: true}
	case "armed":
		return machine{armed: true}
	}
	return machine{phase: phaseOpening, wanted: phaseRecording}
}

func TestMachine(t *testing.T) {
	for _, tt := range []struct {
		kind, triggers, effects string
		last                    phase
	}{
		{"lasting", "toggle opened toggle over", "open begin tail end", phaseWaiting},
		{"lasting", "start opened start stop stop over stop", "open begin tail end", phaseWaiting},
		{"lasting", "stop cancel", "", phaseWaiting},
		{"lasting", "toggle toggle opened", "open close", phaseWaiting},
		{"lasting", "start stop start opened", "open begin", phaseRecording},
		{"lasting", "start failed start opened", "open open begin", phaseRecording},
		{"lasting", "start opened stop start stop over", "open begin tail end begin tail end", phaseWaiting},
		{"lasting", "toggle opened toggle toggle", "open begin tail end begin", phaseRecording},
		{"lasting", "start opened limit limit", "open begin end", phaseWaiting},
		{"lasting", "start opened flip flip stop over", "open begin pause resume tail end", phaseWaiting},
		{"lasting", "start opened flip stop", "open begin pause end", phaseWaiting},
		{"lasting", "start opened flip start", "open begin pause resume", phaseRecording},
		{"lasting", "flip flip opened", "open begin pause", phasePaused},
		{"lasting", "start opened cancel cancel", "open begin cancel", phaseWaiting},
		{"lasting", "start opened stop cancel over", "open begin tail cancel", phaseWaiting},
		{"lasting", "start opened stop over cancel cancel", "open begin tail end cancel", phaseWaiting},
		{"lasting", "start opened quit over", "open begin tail end", phaseOver},
		{"lasting", "start opened stop quit over", "open begin tail end", phaseOver},
		{"lasting", "start quit opened", "open close", phaseOver},
		{"lasting", "quit", "", phaseOver},
		{"lasting", "start opened eof", "open begin end", phaseOver},
		{"lasting", "eof", "", phaseOver},
		{"armed", "start opened stop over", "open begin tail end", phaseOver},
		{"armed", "stop cancel start opened cancel", "open begin cancel", phaseOver},
		{"armed", "start failed", "open", phaseOver},
		{"armed", "flip opened flip flip quit over", "open begin pause resume tail end", phaseOver},
		{"single", "opened toggle toggle start over", "begin tail end", phaseOver},
		{"single", "stop toggle start opened over", "begin tail end", phaseOver},
		{"single", "flip opened flip quit over", "begin pause resume tail end", phaseOver},
		{"single", "cancel opened", "begin cancel", phaseOver},
		{"single", "quit opened eof", "begin tail end", phaseOver},
		{"single", "opened eof", "begin end", phaseOver},
	} {
		m := recorders(tt.kind)
		var effects []string
		for _, name := range strings.Fields(tt.triggers) {
			for t, n := range triggerNames {
				if n == name {
					effects = append(effects, names(m.on(t))...)
				}
			}
		}
		if got := strings.Join(effects, " "); got != tt.effects || m.phase != tt.last {
			t.Errorf("%s: %s: %s, phase %d; want %s, phase %d", tt.kind, tt.triggers, got, m.phase, tt.effects, tt.last)
		}
	}
}

func names(effects []effect) (all []string) {
	for _, e := range effects {
		all = append(all, effectNames[e])
	}
	return all
}

var wellFormed = regexp.MustCompile(`^(begin( pause resume)*( pause)? (end( cancel)?|cancel) )*$`)

// TestMachineRandomly: whatever happens in whatever order, the marks are well-formed, and
// the recorder can still be used or has ended.
func TestMachineRandomly(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		m := recorders([]string{"lasting", "armed", "single"}[random.IntN(3)])
		wasWaiting := m.phase == phaseWaiting
		var history, marks []string
		for range random.IntN(40) {
			in := possible(&m, random)
			history = append(history, triggerNames[in])
			effects := m.on(in)
			if slices.Contains(effects, openMic) != (wasWaiting && m.phase == phaseOpening) {
				t.Fatalf("%v: opens the microphone although it may be open: %v", history, names(effects))
			}
			wasWaiting = m.phase == phaseWaiting
			for _, e := range effects {
				if e >= markBegin && e != startTail {
					marks = append(marks, effectNames[e])
				}
			}
		}
		for _, in := range []trigger{quit, micOpened, tailOver} { // the end of every process
			if in != micOpened || m.phase == phaseOpening {
				marks = append(marks, slices.DeleteFunc(names(m.on(in)), isNoMark)...)
			}
		}
		if text := strings.Join(append(marks, ""), " "); m.phase != phaseOver || !wellFormed.MatchString(text) {
			t.Fatalf("after %v: phase %d, marks %s", history, m.phase, text)
		}
	}
}

func isNoMark(name string) bool { return name == "open" || name == "close" || name == "tail" }

// possible returns a random trigger that can occur in the machine's phase.
func possible(m *machine, random *rand.Rand) trigger {
	for {
		in := trigger(random.IntN(len(triggerNames)))
		switch in {
		case micOpened, micFailed:
			if m.phase != phaseOpening || in == micFailed && !m.armed {
				continue
			}
		case tailOver:
			if m.phase != phaseStopping {
				continue
			}
		case quit, ended:
			if random.IntN(10) > 0 || m.phase == phaseOpening && in == ended {
				continue
			}
		}
		return in
	}
}

// TestOrder: presses count in the order in which the keys were pressed.
func TestOrder(t *testing.T) {
	at := func(second int64) moment { return moment{At: second * 1e9, PID: 1} }
	var o order
	for i, tt := range []struct {
		press trigger
		when  moment
		want  bool
	}{
		{pressStop, at(2), true},
		{pressStart, at(1), false}, // overtaken by its stop
		{pressStart, at(3), true},
		{pressStop, at(2), false},
		{pressStop, at(3), true}, // the same moment
		{pressStart, moment{At: 3e9, PID: 0}, false},
		{pressStart, moment{At: 3e9, PID: 2}, true},
		{pressToggle, at(9), true},
		{pressToggle, at(8), true}, // toggles have the same effect in any order
		{pressStop, at(8), false},
		{pressCancel, at(10), true},
		{pressToggle, at(9), false},
	} {
		if got := o.accept(tt.press, tt.when); got != tt.want {
			t.Errorf("%d: %s at %v: %v", i, triggerNames[tt.press], tt.when, got)
		}
	}
}
