//go:build !race

// Hours of sound under the race detector would take minutes, and one goroutine races with
// nobody; make test runs these tests without it.

package vad

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/pkg/audio"
)

// soundFolder returns the folder of recorded sounds that scripts/sound-clips.sh
// extracts from Debian's packages.
func soundFolder(t *testing.T) string {
	t.Helper()
	folder := "../../.native/sounds/usr/share"
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no recorded sound: scripts/sound-clips.sh could not fetch Debian's packages")
	}
	return folder
}

// softer lowers the level of a recording.
func softer(samples []int16, db float64) []int16 {
	out := make([]int16, len(samples))
	for i, v := range samples {
		out[i] = int16(math.Round(float64(v) / math.Pow(10, db/20)))
	}
	return out
}

// TestRealPeople has prompts that begin with the first sample. The numbers are the
// starts of speech in seconds.
func TestRealPeople(t *testing.T) {
	folder := filepath.Join(soundFolder(t), "asterisk/sounds/es_MX_f_Allison")
	for name, start := range map[string]float64{
		"digits/1M": 0.06, "digits/20": 0, "digits/25": 0.06, "digits/tomorrow": 0.03, "hours": 0, "letters/k": 0, "phonetic/c_p": 0, "vm-first": 0,
		"confbridge-dec-talk-vol-in": 0.10, "conf-now-unmuted": 0.48, "agent-incorrect": 0.05, "agent-alreadyon": 0.16,
	} {
		t.Run(name, func(t *testing.T) {
			samples := recording(t, filepath.Join(folder, name+".g722"))
			for _, db := range []float64{0, 20, 40} {
				found := utterances(t, softer(samples, db), 1600)
				if len(found) == 0 {
					t.Errorf("%g dB softer: nothing found", db)
					continue
				}
				if at := float64(found[0].Start) / audio.SampleRate; at > start+0.1 {
					t.Errorf("%g dB softer: begins at %.2f s, want %.2f", db, at, start)
				}
			}
		})
	}
}

// TestRealSounds has the sounds of two desktops, without speech, and the beeps of a
// telephone.
func TestRealSounds(t *testing.T) {
	var files []string
	for _, pattern := range []string{
		"asterisk/sounds/es_MX_f_Allison/beeperr.g722", "asterisk/sounds/es_MX_f_Allison/confbridge-join.g722",
		"asterisk/sounds/es_MX_f_Allison/confbridge-leave.g722",
		"sounds/freedesktop/stereo/*.oga", "sounds/Oxygen-*.ogg", "sounds/oxygen/stereo/*.ogg",
	} {
		found, err := filepath.Glob(filepath.Join(soundFolder(t), pattern))
		if err != nil || len(found) == 0 && !strings.Contains(pattern, "Oxygen-") && !strings.Contains(pattern, "oxygen") {
			t.Fatalf("%s: no files (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	var seconds float64
	count := 0
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "audio-") { // spoken names of loudspeakers
			continue
		}
		for _, u := range utterances(t, recording(t, file), 1600) {
			start, end := float64(u.Start)/audio.SampleRate, float64(u.End)/audio.SampleRate
			t.Logf("%s: speech from %.2f to %.2f s", filepath.Base(file), start, end)
			count, seconds = count+1, seconds+end-start
		}
	}
	// Two short false alarms are known: a busy tone and a falling chime.
	if count > 2 || seconds > 0.6 {
		t.Errorf("%.1f s of %d sounds are mistaken for speech, in %d utterances", seconds, len(files), count)
	}
}
