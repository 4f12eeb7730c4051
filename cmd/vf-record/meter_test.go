package main

import (
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/audio"
)

// square returns a square wave, whose peak and RMS are both v.
func square(n int, v int16) []int16 { return slices.Repeat([]int16{v, -v}, n/2) }

func TestMeter(t *testing.T) {
	var out strings.Builder
	m := &meter{to: &out}
	drawn := func(samples []int16, seconds int64, paused bool) string {
		t.Helper()
		out.Reset()
		m.push(samples, seconds*audio.SampleRate, paused)
		line, ok := strings.CutPrefix(out.String(), "\r\x1b[K")
		if !ok || strings.ContainsAny(line, "\r\n") {
			t.Errorf("drawn: %q", out.String())
		}
		return line
	}
	for _, tt := range []struct {
		name    string
		samples []int16
		seconds int64
		paused  bool
		want    string
	}{
		{"silence", make([]int16, meterStep), 0, false, "[------------------------------]  -99 dB  0:00"},
		{"half of full scale", square(meterStep, 16384), 61, false, "[##########################|---]   -6 dB  1:01"},
		{"the peak stays", square(meterStep, 1036), 600, false, "[###############-----------|---]  -30 dB  10:00"},
		{"clipping", square(meterStep, 32767), 3, false, "[#############################|]    0 dB  0:03  CLIPPED"},
		{"clipping stays", square(meterStep, 1036), 3, true, "[###############--------------|]  -30 dB  0:03  CLIPPED"},
	} {
		if got := drawn(tt.samples, tt.seconds, tt.paused); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for range meterHold + 1 {
		m.push(square(meterStep, 1036), 0, false)
	}
	if got, want := drawn(square(meterStep, 1036), 5, true), "[##############|---------------]  -30 dB  0:05  paused"; got != want {
		t.Errorf("after the peak has gone: %q, want %q", got, want)
	}
}

// TestMeterPace: it draws ten times per second, whatever the size of the portions, and
// ends its line.
func TestMeterPace(t *testing.T) {
	for _, portion := range []int{1, 160, 1600, 4096} {
		var out strings.Builder
		m := &meter{to: &out}
		for p := range slices.Chunk(square(2*audio.SampleRate, 99), portion) {
			m.push(p, 0, false)
		}
		m.end()
		if n := strings.Count(out.String(), "\r"); n != 20 || !strings.HasSuffix(out.String(), "\n") {
			t.Errorf("portions of %d: %d drawings in %q", portion, n, out.String())
		}
	}
	var out strings.Builder
	m := &meter{to: &out}
	m.clear()
	m.end()
	var none *meter
	none.push(square(audio.SampleRate, 99), 0, false)
	none.clear()
	none.end()
	if out.Len() > 0 {
		t.Errorf("without samples: %q", out.String())
	}
}
