package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// BenchmarkPressToText dictates by hot key, with voiceflow-dictate serve and a server, and
// measures the time from the press that ends a dictation, right after its last word, to
// the text in the window:
//
//	go test -run '^$' -bench PressToText -benchtime 30x ./internal/test/e2e
func BenchmarkPressToText(b *testing.B) {
	for _, window := range []string{"xterm", "foot"} {
		for _, keys := range [][2]string{{"start", "stop"}, {"toggle", "toggle"}} {
			b.Run(window+"/"+keys[1], func(b *testing.B) { benchmarkPresses(b, window, keys) })
		}
	}
}

func benchmarkPresses(b *testing.B, window string, keys [2]string) {
	d := startDictating(b, plain(b), window)
	var late []float64
	press := func(i int) {
		name := []string{"sentence-01", "sentence-04", "sentence-05", "sentence-06", "sentence-08", "sentence-09"}[i%6]
		samples, err := input.ReadFile(recording(name))
		if err != nil {
			b.Fatal(err)
		}
		before := len(d.typed())
		d.press(keys[0])
		d.awaitState("recording")
		played := d.speak(name)
		// The recordings have a quarter of a second of silence at their ends, which the
		// start of paplay about makes up for.
		time.Sleep(time.Duration(audio.Seconds(len(samples))*float64(time.Second)) - 200*time.Millisecond)
		pressed := time.Now()
		stop := d.dictate(keys[1])
		if err := stop.Start(); err != nil {
			b.Fatal(err)
		}
		for now := d.typed(); len(now) < before+20 || !strings.HasSuffix(now, " "); now = d.typed() {
			time.Sleep(time.Millisecond)
			if time.Since(pressed) > await.Patience {
				b.Fatal("no text")
			}
		}
		late = append(late, time.Since(pressed).Seconds())
		_ = stop.Wait()
		_ = played.Wait()
	}
	// The first text on a seat without a keyboard, as sway's is without a screen, takes half
	// a second more.
	press(0)
	late = nil
	for i := 0; b.Loop(); i++ {
		press(i)
	}
	slices.Sort(late)
	b.ReportMetric(late[len(late)/2], "s-median")
	b.ReportMetric(late[len(late)*95/100], "s-95th")
}
