package audio_test

import (
	"testing"
	"time"

	"voiceflow/pkg/audio"
)

func TestTime(t *testing.T) {
	for d, want := range map[time.Duration]int64{
		0: 0, time.Nanosecond: 0, 62500 * time.Nanosecond: 1, 320 * time.Millisecond: 5120, time.Hour: 3600 * audio.SampleRate,
		292 * 365 * 24 * time.Hour: 292 * 365 * 24 * 3600 * audio.SampleRate,
	} {
		if got := audio.Samples(d); got != want {
			t.Errorf("%v: %d samples, want %d", d, got, want)
		}
	}
	for at, want := range map[float64]int64{0: 0, 0.25: 4000, 0.00003: 0, 0.00004: 1, 3600: 3600 * audio.SampleRate} {
		if got := audio.SampleAt(at); got != want {
			t.Errorf("%g s: sample %d, want %d", at, got, want)
		}
	}
	if got := audio.Seconds(int64(24000)); got != 1.5 {
		t.Errorf("24000 samples: %g s", got)
	}
}
