//go:build linux

package soak

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"time"
)

// The programs of a pipeline.
const (
	record = iota
	vad
	transcribe
	paste
	stages
)

var names = [stages]string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste"}

// mishap is one thing that goes wrong, when a program has written so many bytes.
type mishap struct {
	kind   string
	relay  int           // whose output is counted; -1: right at the start
	after  int           // bytes
	target int           // the program that it happens to
	length time.Duration // of a stall or a freeze
	bytes  int           // of a trickle
	done   bool
}

// plan is what happens in a session.
type plan struct {
	mishaps  []*mishap
	service  bool   // the dictation is one of voiceflow-dictate serve
	pcm      bool   // vf-record writes PCM, which has no end line
	exec     bool   // vf-paste runs a command for each text
	connect  string // of vf-transcribe
	fullDisk int    // program whose log cannot grow; -1: none. vf-paste cannot keep its history either
	starved  int    // program with too little memory; -1: none
	memory   int    // address space that it may have, in MB
}

// kinds of mishaps. Those that may cost words come last.
var kinds = []string{"stall", "trickle", "freeze", "nudge", "kill", "cut"}

const firstHarm = 4 // in kinds

// typical is about how many bytes a program writes per sentence.
var typical = [stages]int{150_000, 130_000, 700, 40}

// newPlan decides what happens in a session. One in five is quiet.
func newPlan(r *rand.Rand) *plan {
	p := &plan{fullDisk: -1, starved: -1, pcm: r.IntN(4) == 0, exec: r.IntN(4) == 0}
	p.connect = []string{"", "", "auto", "unix"}[r.IntN(4)]
	switch r.IntN(10) {
	case 0, 1:
		return p
	case 2:
		p.fullDisk = r.IntN(stages)
	case 3:
		p.starved, p.memory = r.IntN(stages), 200+r.IntN(3000)
	}
	for range 1 + r.IntN(3) {
		p.mishaps = append(p.mishaps, newMishap(r, kinds[r.IntN(firstHarm)]))
	}
	if r.IntN(2) == 0 {
		p.mishaps = append(p.mishaps, newMishap(r, kinds[firstHarm+r.IntN(len(kinds)-firstHarm)]))
	}
	return p
}

func newMishap(r *rand.Rand, kind string) *mishap {
	e := &mishap{kind: kind, relay: r.IntN(stages), target: r.IntN(stages)}
	if kind == "cut" {
		// vf-paste may have written everything before its own reader goes away, and then
		// nothing is there to notice it.
		e.relay %= stages - 1
	}
	e.length, e.bytes = time.Duration(r.IntN(int(time.Second))), 1+r.IntN(3000)
	e.after = r.IntN(3 * typical[e.relay])
	if kind == "cut" {
		e.target = e.relay
	} else if r.IntN(10) == 0 && kind != "stall" && kind != "trickle" {
		e.relay = -1
	}
	return e
}

// harms reports whether the mishap may cost words.
func (e *mishap) harms() bool { return e.kind == "kill" || e.kind == "cut" }

// harm names what has happened in the session that may cost words, or is empty.
func (p *plan) harm() string {
	var all []string
	for _, e := range p.mishaps {
		if e.harms() && e.done {
			all = append(all, e.kind+" "+names[e.target])
		}
	}
	if p.starved >= 0 {
		all = append(all, "memory "+names[p.starved])
	}
	if p.connect == "unix" { // whose server may be away for more than the client waits
		all = append(all, "server")
	}
	return strings.Join(all, ", ")
}

// harmed reports whether a program was killed, cut off or starved, or its reader was.
func (p *plan) harmed(stage int) bool {
	for _, e := range p.mishaps {
		if e.harms() && e.done && e.target >= stage {
			return true
		}
	}
	return p.starved >= stage
}

// String describes the plan for whoever looks for a mistake.
func (p *plan) String() string {
	var all []string
	for _, e := range p.mishaps {
		all = append(all, fmt.Sprintf("%s %s after %d bytes of relay %d (done: %v)", e.kind, names[e.target], e.after, e.relay, e.done))
	}
	return fmt.Sprintf("%s; pcm %v, exec %v, connect %q, full disk %d, starved %d (%d MB)",
		strings.Join(all, "; "), p.pcm, p.exec, p.connect, p.fullDisk, p.starved, p.memory)
}

// prelude returns the shell commands before a program starts.
func (p *plan) prelude(s *settings, stage int) string {
	switch stage {
	case p.fullDisk:
		if !s.mounts {
			return "ulimit -f 4 && " // 2 KB
		}
		return `mount -t tmpfs -o size=16k none "$FULL" && { cat /dev/zero >"$FULL/filler" 2>/dev/null || true; } && `
	case p.starved:
		return fmt.Sprintf("ulimit -v %d && ", p.memory<<10)
	}
	return ""
}

// happen makes a mishap happen. It returns false if the relay must be cut.
func (d *dictation) happen(e *mishap) bool {
	e.done = true
	to := d.Cmds[e.target].Process
	switch e.kind {
	case "stall":
		<-time.After(e.length)
	case "freeze":
		_ = to.Signal(syscall.SIGSTOP) // it may have ended
		time.AfterFunc(e.length, func() { _ = to.Signal(syscall.SIGCONT) })
	case "nudge":
		for range 50 {
			_ = to.Signal(syscall.SIGURG)
			_ = to.Signal(syscall.SIGWINCH)
		}
	case "kill":
		_ = to.Kill()
	case "trickle":
		d.trickle[e.relay] = e.bytes
	case "cut":
		return false
	}
	return true
}
