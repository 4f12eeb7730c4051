//go:build linux

package soak

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// report counts what became of the sessions.
type report struct {
	mu       sync.Mutex
	load     float64                    // before the soak
	sessions map[string]map[verdict]int // by what went wrong
	reasons  map[string]int             // of reports
	spoken   int                        // sentences
	speech   float64                    // seconds
	devices  int
	marathon *marathon
}

func newReport() *report {
	return &report{sessions: map[string]map[verdict]int{}, reasons: map[string]int{}}
}

// add counts a session.
func (r *report) add(p *plan, said []sentence, v verdict, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, kind := range p.kinds() {
		if r.sessions[kind] == nil {
			r.sessions[kind] = map[verdict]int{}
		}
		r.sessions[kind][v]++
	}
	if v == reported {
		r.reasons[why]++
	}
	r.spoken += len(said)
	for _, s := range said {
		r.speech += s.seconds()
	}
}

// kinds names what went wrong in a session, and "all".
func (p *plan) kinds() []string {
	found := map[string]bool{}
	for _, e := range p.mishaps {
		if e.done {
			found[e.kind] = true
		}
	}
	if p.fullDisk >= 0 {
		found["full disk"] = true
	}
	if p.starved >= 0 {
		found["little memory"] = true
	}
	if len(found) == 0 {
		found["nothing"] = true
	}
	if p.connect != "" {
		found["server"] = true
	}
	if p.service {
		found["service"] = true
	}
	return append(slices.Sorted(maps.Keys(found)), "all")
}

// print writes the report, and fails the test if a program has grown or become slower.
func (r *report) print(s *soak) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-14s %8s %8s %8s %8s\n", "what went wrong", "sessions", whole, reported, broken)
	for _, kind := range slices.Sorted(maps.Keys(r.sessions)) {
		n := r.sessions[kind]
		fmt.Fprintf(&b, "%-15s %8d %8d %8d %8d\n", kind, n[whole]+n[reported]+n[broken], n[whole], n[reported], n[broken])
	}
	all := r.sessions["all"]
	n := all[whole] + all[reported] + all[broken]
	for _, why := range slices.Sorted(maps.Keys(r.reasons)) {
		fmt.Fprintf(&b, "reported %s: %d\n", why, r.reasons[why])
	}
	day := r.speech + float64(n)*pause.Seconds()
	if m := r.marathon; m != nil {
		fmt.Fprintf(&b, "marathon: %d sentences in %.2f h of speech\n", m.sentences, m.speech/3600)
		day += m.speech
	}
	fmt.Fprintf(&b, "%d sentences in %d sessions: %.1f simulated hours in %v\n", r.spoken, n, day/3600, time.Since(s.vitals.began).Round(time.Second))
	fmt.Fprintf(&b, "availability: %.2f %%\n", 100*float64(all[whole]+all[reported])/float64(max(1, n)))
	fmt.Fprintf(&b, "server: %d deaths, %d requests over HTTP answered, %d repeated\n", s.server.deaths, s.server.answered, s.server.repeated)
	if s.long() {
		fmt.Fprintf(&b, "microphone: lost and found %d times\n", r.devices)
	}
	r.printVitals(&b, s)
	r.printSpeed(&b, s)
	s.t.Log(b.String())
	if s.only < 0 && n == 0 {
		s.t.Error("no session has ended")
	}
}

// judged is how long a program must have been watched before its growth is judged.
const judged = time.Minute

// printVitals writes what the programs use.
func (r *report) printVitals(b *strings.Builder, s *soak) {
	fmt.Fprintf(b, "%-28s %8s %8s %10s %8s\n", "", "first", "rise", "per hour", "noise")
	for _, key := range slices.Sorted(maps.Keys(s.vitals.series)) {
		unit := key[strings.LastIndex(key, " ")+1:]
		l := fit(settled(s.vitals.series[key]))
		if l.seconds < judged.Seconds() {
			unit = "" // it has no limit
		}
		fmt.Fprintf(b, "%-28s %8.1f %8.2f %10.2f %8.2f\n", key, l.first, l.rise(), l.slope*3600, l.noise)
		if limit := limits[unit]; limit > 0 && l.grows(limit) {
			s.t.Errorf("%s grew by %.1f", key, l.rise())
		}
	}
}

// slower is how much slower the last quarter may be than the first.
const slower = 0.05

// printSpeed writes how fast vf-transcribe was, and judges it only in a long soak on a
// machine that had nothing else to do.
func (r *report) printSpeed(b *strings.Builder, s *soak) {
	if r.marathon == nil {
		return
	}
	first, last := r.marathon.quarters()
	if first == 0 {
		fmt.Fprintln(b, "speed: too few sentences to compare")
		return
	}
	busy := r.load > 0.3*float64(runtime.NumCPU())
	fmt.Fprintf(b, "speed: %.1f s of speech per processor second in the first quarter, %.1f in the last (%+.1f %%)\n", first, last, 100*(last/first-1))
	switch {
	case !s.long() || busy:
		fmt.Fprintf(b, "speed not judged: SOAK is shorter than 2m, or the machine was busy before (load %.1f)\n", r.load)
	case last < first*(1-slower):
		s.t.Errorf("the last quarter was %.1f %% slower than the first", 100*(1-last/first))
	}
}
