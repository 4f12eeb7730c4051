package e2e

import (
	"encoding/json"
	"math"
	"strings"
	"syscall"
	"testing"
	"time"
)

// logged returns the first log line that contains a text.
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
	t.Fatalf("the log does not contain %q: %s", text, log)
	return line
}

// TestServerRestarts: if the server dies and comes back, the recording has a silent
// gap as long as the server was away, and is complete before and after it.
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
	<-time.After(2 * time.Second) // the server is away
	s.start()
	r.read(4 * second) // the last samples come from the new server
	r.listen(s.play(after, 1))
	took := time.Since(r.began)
	heard := r.stop(0)

	back := logged(t, r.log.String(), "the microphone is back")
	gone := int(math.Round(back.At * second))
	began := place(heard, before, 0)
	if began < 0 || same(heard[began:], before) < len(before) {
		t.Error("the first sound is incomplete")
	}
	if at := place(heard, during, began+len(before)); at < 0 || same(heard[at:], during) != gone-at {
		t.Errorf("the sound from sample %d up to the gap at %d is incomplete", at, gone)
	}
	for i, v := range heard[gone : gone+int(back.Seconds*second)] {
		if v != 0 {
			t.Errorf("the gap of %g s at %g s is not silent at sample %d", back.Seconds, back.At, i)
			break
		}
	}
	at := place(heard, after, gone)
	if at < 0 || same(heard[at:], after) < len(after) {
		t.Error("the sound after the gap is incomplete")
	}
	// The tail after Ctrl-C is in addition.
	if lag := took.Seconds() - float64(len(heard))/second; back.Seconds < 2 || lag > 0.3 || lag < -0.8 {
		t.Errorf("%v passed, %d samples with a gap of %g s: off by %.2f s", took, len(heard), back.Seconds, lag)
	}
	t.Logf("gap of %g s at %g s; %v passed, %d samples", back.Seconds, back.At, took, len(heard))
	if n := strings.Count(r.log.String(), "\n"); n != 2 {
		t.Errorf("%d log lines, want 2: %s", n, r.log.String())
	}
}

// TestServerGone: if the server does not come back, there is one clear error line,
// and the sound so far is kept.
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
			t.Errorf("the sound from sample %d on is incomplete", at)
		}
	}
	if log := never.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, `microphone \"default\" is gone`) {
		t.Errorf("log: %s", log)
	}
	log := soon.log.String()
	if strings.Count(log, "\n") != 2 || !strings.Contains(log, "trying to reconnect") || !strings.Contains(log, "reconnecting failed for 1s") {
		t.Errorf("log: %s", log)
	}
}

// stopWhilePlaying freezes the server in the middle of a sound that a recorder hears. cut
// receives the result of the player.
func (s *server) stopWhilePlaying(seed int) (r *recorder, signal []int16, cut <-chan error) {
	s.t.Helper()
	signal = speech(s.t, 60*second, seed)
	r = s.record()
	cut = s.play(signal, 1)
	r.read(2 * second)
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		s.t.Fatal(err)
	}
	return r, signal, cut
}

// TestServerHangs: Ctrl-C ends a recording even if the audio server, which must stop
// it, no longer answers.
func TestServerHangs(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	r, signal, cut := s.stopWhilePlaying(8)
	heard := r.stop(4)
	if at := place(heard, signal, 0); at < 0 || same(heard[at:], signal) != len(heard)-at {
		t.Errorf("the sound from sample %d on is incomplete", at)
	}
	if log := r.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "does not respond") {
		t.Errorf("log: %s", log)
	}
	s.kill()
	<-cut
}

// TestServerPauses: vf-record reconnects to a server that sends nothing for some
// seconds and then continues.
func TestServerPauses(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	r, signal, cut := s.stopWhilePlaying(9)
	<-time.After(7 * time.Second) // longer than vf-record waits for a block
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
		t.Errorf("the sound from sample %d up to the gap at %d is incomplete", at, gone)
	}
	if on := gone + int(back.Seconds*second); back.Seconds < 7 || place(heard[on:], heard[gone:on], 0) == 0 {
		t.Errorf("no sound after the gap of %g s at %g s", back.Seconds, back.At)
	}
	if lag := took.Seconds() - float64(len(heard))/second; lag > 0.3 || lag < -0.8 {
		t.Errorf("%v passed, %d samples: off by %.2f s", took, len(heard), lag)
	}
}
