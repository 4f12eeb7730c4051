//go:build !race

// Three hours of sound: the race detector would make this five times slower, and has
// nothing to find here that shorter tests do not have. make test runs it without.

package input_test

import (
	"errors"
	"path/filepath"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// TestSizeLimit checks that a few kilobytes do not become hours of sound, and that
// silence, which takes next to no bytes, is read.
func TestSizeLimit(t *testing.T) {
	ffmpegProgram(t)
	dir := t.TempDir()
	silence := []string{"-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=700", "-ac", "1"}
	run(t, dir, append(silence, "silence.flac", "-b:a", "6k", "silence.opus", "-b:a", "8k", "silence.mp3")...)
	for _, name := range []string{"silence.flac", "silence.opus", "silence.mp3"} {
		samples, err := input.ReadFile(filepath.Join(dir, name))
		if seconds := audio.Seconds(len(samples)); err != nil || seconds < 699 || seconds > 701 {
			t.Errorf("%s: %.0f s, %v", name, seconds, err)
		}
	}
	run(t, dir, "-f", "lavfi", "-i", "anullsrc=r=1000:cl=mono:d=20000", "-frame_size", "65535", "bomb.flac")
	for _, read := range []func(string) ([]int16, error){
		input.ReadFile, func(path string) ([]int16, error) { return streamed(t, path) },
	} {
		samples, err := read(filepath.Join(dir, "bomb.flac"))
		if !errors.Is(err, input.ErrTooLong) || audio.Seconds(len(samples)) > 7000 {
			t.Errorf("%.0f s, %v", audio.Seconds(len(samples)), err)
		}
	}
}
