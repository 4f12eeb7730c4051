package capture

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	pulseaudio "voiceflow/internal/test/pulse"
	"voiceflow/pkg/audio"
)

// pulse starts a PulseAudio of the test's own, for this very process, that
// hums a tone into its microphone.
func pulse(t *testing.T, hz string) {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".asoundrc"), []byte("pcm.!default { type pulse }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HOME", "PULSE_RUNTIME_PATH", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, home)
	}
	server := pulseaudio.Start(t, os.Environ(), "module-null-sink sink_name=vf norewinds=1 rate=48000", "module-sine sink=vf frequency="+hz)
	t.Cleanup(func() { pulseaudio.Stop(server) })
}

// TestDeviceWithoutSpeechRate records two seconds of a tone from a line as a
// device would have it that knows no 16 kHz and no mono: the phase of the tone
// tells that no sample is lost on the way.
func TestDeviceWithoutSpeechRate(t *testing.T) {
	pulse(t, "440")
	s, err := Open(false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, err := find("")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []format{{44100, 2}, {96000, 4}, {8000, 1}} {
		l, err := start(d, f)
		if err != nil {
			t.Fatal(err)
		}
		ring := audio.NewRing(100 * audio.SampleRate)
		var said []Event
		st := newStream(s, Options{}, ring, func(e Event) { said = append(said, e) })
		go st.run(l)
		heard := make([]int16, 2*audio.SampleRate)
		for n := 0; n < len(heard); {
			m, err := ring.Read(t.Context(), heard[n:])
			if err != nil {
				t.Fatal(err)
			}
			n += m
		}
		if err := st.Stop(); err != nil {
			t.Error(err)
		}
		if !slices.Equal(kinds(said), []Kind{Started, FirstSound}) || said[0].Rate != f.rate || said[0].Channels != f.channels {
			t.Errorf("%v: %+v", f, said)
		}
		if worst := impure(heard[audio.SampleRate/2:], 440); worst > 0.02 {
			t.Errorf("%v: the tone is off by %.3f of itself", f, worst)
		}
	}
}

// impure tells how far samples are from a tone of their length: the largest
// difference in parts of its size.
func impure(samples []int16, hz float64) (worst float64) {
	var re, im float64
	step := 2 * math.Pi * hz / audio.SampleRate
	for i, s := range samples {
		re += float64(s) * math.Cos(step*float64(i)) * 2 / float64(len(samples))
		im += float64(s) * math.Sin(step*float64(i)) * 2 / float64(len(samples))
	}
	for i, s := range samples {
		tone := re*math.Cos(step*float64(i)) + im*math.Sin(step*float64(i))
		worst = max(worst, math.Abs(float64(s)-tone)/math.Hypot(re, im))
	}
	return worst
}

// TestStopTwice: Stop and Close are safe to call twice, and the ring ends.
func TestStopTwice(t *testing.T) {
	pulse(t, "440")
	s, err := Open(false)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // one recording after the other
		ring := audio.NewRing(audio.SampleRate)
		st, err := s.Record(Options{}, ring, func(Event) {})
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Stop(); err != nil {
			t.Error(err)
		}
		if err := st.Stop(); err != nil {
			t.Error(err)
		}
		for err == nil {
			_, err = ring.Read(context.Background(), make([]int16, 100))
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
