package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/audio/level"
)

// speech returns three seconds of sound that comes and goes like syllables, over
// noise; amplitudes are shares of full scale.
func speech(amplitude, noise, offset float64) []int16 {
	r := rand.New(rand.NewPCG(3, 4))
	all := make([]int16, 48000)
	for i := range all {
		syllable := max(math.Sin(2*math.Pi*float64(i)/8000), 0)
		v := offset + noise*(2*r.Float64()-1) + amplitude*syllable*math.Sin(2*math.Pi*float64(i)/64)
		all[i] = int16(math.Round(32768 * max(-1, min(0.99997, v))))
	}
	return all
}

func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		name    string
		samples []int16
		verdict string
		advice  []string
	}{
		{"nothing", nil, "silent", []string{"muted or the wrong one", "--device"}},
		{"zeros", make([]int16, 48000), "silent", []string{"muted or the wrong one"}},
		{"a muted input's last bit", slices.Repeat([]int16{0, 1, 0, -1}, 12000), "silent", []string{"muted"}},
		{"a constant", slices.Repeat([]int16{9000}, 48000), "silent", []string{"muted", "off centre by 27 %"}},
		{"good", speech(0.3, 0.001, 0), "good", []string{"Good level."}},
		{"good, in a room", speech(0.5, 0.01, 0), "good", []string{"Good level."}},
		{"soft", speech(0.02, 0.0005, 0), "quiet", []string{"raise the input level"}},
		{"nobody speaks", speech(0, 0.002, 0), "quiet", []string{"if somebody spoke"}},
		{"clipped", speech(1.5, 0.001, 0), "clipping", []string{"Too loud, clipping 1", "lower the input level"}},
		{"noisy", speech(0.1, 0.1, 0), "noisy", []string{"quieter place"}},
		{"only noise", speech(0, 0.3, 0), "noisy", []string{"0 dB below the rest"}},
		{"loud speech over noise", speech(0.95, 0.02, 0), "good", nil},
		{"off centre", speech(0.3, 0.001, -0.1), "offset", []string{"off centre by -10 %"}},
		{"two faults", speech(1.5, 0.001, 0.1), "clipping", []string{"lower the input level", "off centre"}},
	} {
		v := judge(level.Of(tt.samples))
		if v.Verdict != tt.verdict || v.Usable != (tt.verdict != "silent") {
			t.Errorf("%s: %+v, want %s", tt.name, v, tt.verdict)
		}
		for _, words := range tt.advice {
			if !strings.Contains(v.Advice, words) {
				t.Errorf("%s: %q lacks %q", tt.name, v.Advice, words)
			}
		}
	}
}

// TestVerdictIsJSON: the level of silence is finite, because JSON has no infinity.
func TestVerdictIsJSON(t *testing.T) {
	var out strings.Builder
	if err := judge(level.Of(nil)).print(&out, true); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got["usable"] != false || got["peak_dbfs"] != -120. || got["seconds"] != 0. {
		t.Errorf("%v", got)
	}
}
