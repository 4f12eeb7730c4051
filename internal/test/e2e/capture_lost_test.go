package e2e

import (
	"encoding/json"
	"math"
	"strings"
	"syscall"
	"testing"
	"time"
)

// logged is the first line of a log with this text.
func logged(t *testing.T, log, text string) (line struct{ At, Seconds float64 }) {
	t.Helper()
	for l := range strings.Lines(log) {
		if strings.Contains(l, text) {
			if err := json.Unmarshal([]byte(l), &line); err != nil {
				t.Fatalf("%s: %v", l, err)
			}
			return line
		}
	}
	t.Fatalf("nothing says %q: %s", text, log)
	return line
}

// TestServerRestarts: a server that dies and comes back leaves a gap of silence
// as long as it was away; all before and all after is whole.
func TestServerRestarts(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	before, during, after := speech(t, 2*second, 4), speech(t, 60*second, 5), speech(t, 2*second, 6)
	r := s.record()
	r.listen(s.play(before, 1))
	cut := s.play(during, 1)
	r.read(2 * second)
	s.kill()
	<-cut
	<-time.After(2 * time.Second) // it is away
	s.start()
	r.read(4 * second) // in the end from the new server
	r.listen(s.play(after, 1))
	took := time.Since(r.began)
	heard := r.stop(0)

	back := logged(t, r.log.String(), "the microphone is back")
	gone := int(math.Round(back.At * second))
	began := place(heard, before, 0)
	if began < 0 || same(heard[began:], before) < len(before) {
		t.Error("what was heard first is not whole")
	}
	if at := place(heard, during, began+len(before)); at < 0 || same(heard[at:], during) != gone-at {
		t.Errorf("what was heard from %d on is not whole up to the gap at %d", at, gone)
	}
	for i, v := range heard[gone : gone+int(back.Seconds*second)] {
		if v != 0 {
			t.Errorf("the gap of %g s at %g s has a sound at %d", back.Seconds, back.At, i)
			break
		}
	}
	at := place(heard, after, gone)
	if at < 0 || same(heard[at:], after) < len(after) {
		t.Error("what was heard after the gap is not whole")
	}
	// The tail after Ctrl-C comes on top.
	if lag := took.Seconds() - float64(len(heard))/second; back.Seconds < 2 || lag > 0.3 || lag < -0.8 {
		t.Errorf("%v passed, %d samples with a gap of %g s: off by %.2f s", took, len(heard), back.Seconds, lag)
	}
	t.Logf("gap of %g s at %g s; %v passed, %d samples", back.Seconds, back.At, took, len(heard))
	if n := strings.Count(r.log.String(), "\n"); n != 2 {
		t.Errorf("it says %d lines: %s", n, r.log.String())
	}
}

// TestServerGone: when it does not come back, that is an error, in one clear
// line, and what was heard is kept.
func TestServerGone(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	signal := speech(t, 60*second, 7)
	soon, never := s.record("--reconnect", "1s"), s.record("--reconnect", "0s")
	cut := s.play(signal, 1)
	for _, r := range []*recorder{soon, never} {
		r.read(3 * second)
	}
	s.kill()
	<-cut
	for _, r := range []*recorder{soon, never} {
		r.end(4)
		if at := place(r.heard, signal, 0); at < 0 || same(r.heard[at:], signal) != len(r.heard)-at {
			t.Errorf("what was heard from %d on is not whole", at)
		}
	}
	if log := never.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, `microphone \"default\" is gone`) {
		t.Errorf("it says: %s", log)
	}
	log := soon.log.String()
	if strings.Count(log, "\n") != 2 || !strings.Contains(log, "trying to reconnect") || !strings.Contains(log, "reconnecting failed for 1s") {
		t.Errorf("it says: %s", log)
	}
}

// TestServerHangs: Ctrl-C ends a recording even where the audio server, which
// has to stop it, does not answer any more.
func TestServerHangs(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	signal := speech(t, 60*second, 8)
	r := s.record()
	cut := s.play(signal, 1)
	r.read(2 * second)
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	heard := r.stop(4)
	if at := place(heard, signal, 0); at < 0 || same(heard[at:], signal) != len(heard)-at {
		t.Errorf("what was heard from %d on is not whole", at)
	}
	if log := r.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "does not answer") {
		t.Errorf("it says: %s", log)
	}
	s.kill()
	<-cut
}

// TestServerPauses: a server that gives nothing for seconds and then goes on
// is lost and found again.
func TestServerPauses(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	signal := speech(t, 60*second, 9)
	r := s.record()
	cut := s.play(signal, 1)
	r.read(2 * second)
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	<-time.After(7 * time.Second) // longer than a block may be
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	r.read(9 * second)
	took := time.Since(r.began)
	heard := r.stop(0)
	s.kill()
	<-cut

	back := logged(t, r.log.String(), "the microphone is back")
	gone := int(math.Round(back.At * second))
	if at := place(heard, signal, 0); at < 0 || same(heard[at:], signal) != gone-at {
		t.Errorf("what was heard from %d on is not whole up to the gap at %d", at, gone)
	}
	if on := gone + int(back.Seconds*second); back.Seconds < 7 || place(heard[on:], heard[gone:on], 0) == 0 {
		t.Errorf("no sound after the gap of %g s at %g s", back.Seconds, back.At)
	}
	if lag := took.Seconds() - float64(len(heard))/second; lag > 0.3 || lag < -0.8 {
		t.Errorf("%v passed, %d samples: off by %.2f s", took, len(heard), lag)
	}
}
