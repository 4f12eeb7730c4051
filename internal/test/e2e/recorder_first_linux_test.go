package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
)

// TestFirstSample measures how long after the press of a key the recorded sound begins,
// counted from the start of the key's process. With $PRESSES, it presses that
// often, with programs built as for users, and prints the share of sound that is lost. Another recorder, which always listens,
// hears the same sound.
func TestFirstSample(t *testing.T) {
	presses, err := strconv.Atoi(os.Getenv("PRESSES"))
	if err != nil {
		presses = 5
		t.Parallel()
	} else {
		t.Setenv("PATH", plain(t)+":"+os.Getenv("PATH"))
	}
	for _, standby := range []string{"open", "closed"} {
		t.Run(standby, func(t *testing.T) {
			d := startDesk(t, "--standby", standby)
			always := d.record()
			played := d.play(speech(t, (30+3*presses)*second, 0), 1)
			always.read(second)
			var late []float64 // ms
			for range presses {
				late = append(late, d.firstSample(always))
			}
			select {
			case err := <-played:
				t.Fatalf("the sound ended too early: %v", err)
			default:
			}
			always.stop(0)
			d.end()
			slices.Sort(late)
			line := fmt.Sprintf("--standby %s: from %.0f to %.0f ms after the press, median %.0f; lost", standby, late[0], late[presses-1], late[presses/2])
			for _, ms := range []float64{0, 100, 200, 300} {
				lost := 0
				for _, l := range late {
					if l > ms {
						lost++
					}
				}
				line += fmt.Sprintf(" %d %% at %.0f ms,", 100*lost/presses, ms)
			}
			t.Log(strings.TrimSuffix(line, ","))
			if standby == "open" && late[presses-1] > 0 {
				t.Error("sound from after the press is missing")
			}
		})
	}
}

// firstSample dictates a little, and returns how long after the press the recorded sound
// begins, in milliseconds. It is negative if it began before.
func (d *desk) firstSample(always *recorder) float64 {
	d.t.Helper()
	d.mu.Lock()
	n := len(d.all)
	d.mu.Unlock()
	press := d.press("--start")
	press.Stdout = nil
	file, err := os.Stat(always.path)
	if err != nil {
		d.t.Fatal(err)
	}
	start(d.t, press)
	before := int(file.Size()-44) / 2
	for enough := false; !enough; {
		always.read(second / 50)
		d.mu.Lock()
		enough = len(d.all) > n && len(d.all[n].samples) > second/4
		d.mu.Unlock()
	}
	if code := await.Exit(d.t, press, await.Patience); code != 0 {
		d.t.Fatalf("exit code %d", code)
	}
	d.now("--stop")
	always.read(second)
	first := d.last()
	at := place(always.heard, first, max(before-2*second, 0))
	if at < 0 {
		d.t.Fatalf("the other recorder has not heard the %d samples", len(first))
	}
	return float64(at-before) * 1000 / second
}
