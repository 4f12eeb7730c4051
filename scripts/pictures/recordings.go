package main

import (
	"fmt"
	"os/exec"
	"path/filepath"

	"voiceflow/pkg/audio"
)

// writeTalk writes a recording of the ten sample sentences, again and again, with pauses:
// at least as long as asked, in seconds.
func writeTalk(path, samples string, seconds float64) (err error) {
	files, err := filepath.Glob(filepath.Join(samples, "sentence-*.wav"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no sample recordings in %s: %w", samples, err)
	}
	var round []int16
	for _, file := range files {
		pcm, err := exec.Command("vf-record", "--input", file).Output()
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		round = append(round, audio.DecodePCM(nil, pcm)...)
		round = append(round, make([]int16, audio.SampleRate)...)
	}
	wav, err := audio.CreateWAV(path)
	if err != nil {
		return err
	}
	for written := 0.0; written < seconds; written += audio.Seconds(len(round)) {
		if err := wav.Write(round); err != nil {
			return err
		}
	}
	return wav.Close()
}
