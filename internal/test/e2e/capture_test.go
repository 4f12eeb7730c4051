package e2e

import (
	"math"
	"os/exec"
	"strings"
	"testing"
)

// exact describes a sink with the format of the recordings, so that no sample is
// changed on the way and each can be recognised.
const exact = "format=s16le rate=16000 channels=1"

// TestMinuteLosesNothing: a minute of sound reaches the file sample for sample while
// another process keeps the machine busy.
func TestMinuteLosesNothing(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	busy := group(t, "sh", "-c", "while :; do :; done")
	if err := busy.Start(); err != nil {
		t.Fatal(err)
	}
	signal := speech(t, 60*second, 0)
	r := s.record("--log-level", "verbose")
	r.listen(s.play(signal, 1))
	heard := r.stop(0)

	began, alike := find(heard, signal, 0, 5*second)
	if alike < 0.999 {
		t.Fatalf("the beginning is missing; the best match is %.3f at sample %d", alike, began)
	}
	for at := 0; at < len(signal); at += 5 * second {
		at := min(at, len(signal)-window)
		got, alike := find(heard, signal[at:], began+at-500, began+at+500)
		if got != began+at || alike < 0.999 {
			t.Errorf("%d s: off by %d samples, match %.3f", at/second, got-began-at, alike)
		}
	}
	n := same(heard[began:], signal)
	if n < len(signal) {
		t.Errorf("%d of %d samples are the same", n, len(signal))
	}
	t.Logf("%d samples of %d, the first at %d", n, len(signal), began)
	for _, field := range []string{`"latency_ms":`, `"leading_silence_ms":`, `"rate":16000`, `"channels":1`, `"device":"default"`} {
		if !strings.Contains(r.log.String(), field) {
			t.Errorf("the log does not contain %s", field)
		}
	}
	for line := range strings.Lines(r.log.String()) {
		if strings.Contains(line, "latency_ms") {
			t.Log(line)
		}
	}
}

// TestReaderStalls: nothing is lost if the reader pauses for longer than the pipe can
// buffer.
func TestReaderStalls(t *testing.T) {
	t.Parallel()
	s := startServer(t, exact)
	signal := speech(t, 12*second, 1)
	r := s.record()
	if err := <-s.play(signal, 1); err != nil {
		t.Fatalf("paplay: %v", err)
	}
	r.read(13 * second)
	heard := r.stop(0)
	if n := same(heard[max(place(heard, signal, 0), 0):], signal); n < len(signal) {
		t.Errorf("%d of %d samples are the same", n, len(signal))
	}
	if r.log.Len() > 0 {
		t.Errorf("log: %s", r.log.String())
	}
}

// TestChannel records each channel of a stereo microphone and both, from devices
// selected by name.
func TestChannel(t *testing.T) {
	t.Parallel()
	s := startServer(t, "format=s16le rate=48000 channels=2")
	left, right := speech(t, 4*second, 2), speech(t, 4*second, 3)
	both, mean := make([]int16, 0, 8*second), make([]int16, 4*second)
	for i := range left {
		both = append(both, left[i], right[i])
		mean[i] = int16((int(left[i]) + int(right[i])) / 2)
	}
	recorders := []*recorder{s.record("--channel", "1"), s.record("--channel", "2", "-D", "pulse"), s.record("-D", "ULS")}
	played := s.play(both, 2)
	for i, want := range [][]int16{left, right, mean} {
		r := recorders[i]
		if i == 0 {
			r.listen(played)
		} else {
			r.read(len(recorders[0].heard) - len(r.heard) + second)
		}
		heard := r.stop(0)
		// Compare the loudest speech, since the sink's resampling changes noise a lot.
		first, last := loudest(want[:2*second]), 2*second+loudest(want[2*second:])
		began, alike := find(heard, want[first:], 0, 8*second)
		due := began + last - first
		late, alike2 := find(heard, want[last:], due-500, due+500)
		t.Logf("recorder %d: match %.4f at %d, match %.4f %d samples late", i, alike, began-first, alike2, late-due)
		if min(alike, alike2) < 0.95 || math.Abs(float64(late-due)) > 3 {
			t.Errorf("recorder %d recorded something else", i)
		}
	}

	cmd := exec.Command("vf-record", "--channel", "99")
	cmd.Env = s.env
	var log strings.Builder
	cmd.Stderr = &log
	out, _ := cmd.Output()
	if cmd.ProcessState.ExitCode() != 4 || len(out) > 0 || strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "channel 99 of 32") {
		t.Errorf("exit code %d, %d bytes, log: %s", cmd.ProcessState.ExitCode(), len(out), log.String())
	}
}
