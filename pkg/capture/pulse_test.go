package capture

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	pulseaudio "voiceflow/internal/test/pulse"
	"voiceflow/pkg/audio"
)

// serve starts a PulseAudio server for this process only, with a tone on its
// microphone.
func serve(t *testing.T, hz string) {
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

// TestDeviceWithoutSpeechRate records two seconds of a tone in formats of devices
// without 16 kHz or mono. A continuous phase shows that no sample was lost.
func TestDeviceWithoutSpeechRate(t *testing.T) {
	serve(t, "440")
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
		var reported []Event
		st := newStream(s, Options{}, ring, func(e Event) { reported = append(reported, e) })
		go st.run(l)
		samples := make([]int16, 2*audio.SampleRate)
		for n := 0; n < len(samples); {
			m, err := ring.Read(t.Context(), samples[n:])
			if err != nil {
				t.Fatal(err)
			}
			n += m
		}
		if err := st.Stop(); err != nil {
			t.Error(err)
		}
		if !slices.Equal(kinds(reported), []Kind{Started, FirstSound}) || reported[0].Rate != f.rate || reported[0].Channels != f.channels {
			t.Errorf("%v: %+v", f, reported)
		}
		if worst := impure(samples[audio.SampleRate/2:], 440); worst > 0.02 {
			t.Errorf("%v: the tone is off by %.3f of its amplitude", f, worst)
		}
	}
}

// impure returns how far samples deviate from a pure tone: the largest
// difference as a share of the amplitude.
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

// TestStopTwice checks that Stop and Close can be called twice, and that the ring
// is closed.
func TestStopTwice(t *testing.T) {
	serve(t, "440")
	s, err := Open(false)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // two recordings in turn
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

// TestDeviceConnectedLater: a system that has been in use finds a device that PortAudio did
// not know when it started.
func TestDeviceConnectedLater(t *testing.T) {
	serve(t, "440")
	s, err := Open(false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	record := func() error {
		st, err := s.Record(Options{Device: "later"}, audio.NewRing(audio.SampleRate), func(Event) {})
		if err != nil {
			return err
		}
		return st.Stop()
	}
	if err := record(); !errors.Is(err, ErrNoDevice) {
		t.Fatalf("a missing device: %v", err)
	}
	config := filepath.Join(os.Getenv("HOME"), ".asoundrc")
	if err := os.WriteFile(config, []byte("pcm.!default { type pulse }\npcm.later { type pulse }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := record(); err != nil {
		t.Errorf("after it has been connected: %v", err)
	}
}
