package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio/level"
	"voiceflow/pkg/vad"
)

const (
	// minFrames is the minimum length of a calibration, in frames: one second.
	minFrames = 100
	// maxSpeechShare is the share of frames that may sound like speech by accident.
	maxSpeechShare = 0.2
	// margin is added to the highest probability of speech in the room. Utterances
	// continue down to the same distance below the threshold.
	margin = 0.15
	// maxThreshold is the highest threshold that still lets speech through.
	maxThreshold = 0.9
)

// calibrate listens to a room where nobody speaks, and prints the threshold that
// excludes its sounds, as a flag.
func calibrate(env *cmdline.Env, c *cli.Context) error {
	began := time.Now()
	engine, err := openEngine(env, c)
	if err != nil {
		return err
	}
	defer engine.close()
	in, err := openInput(env, c, began)
	if err != nil {
		return err
	}
	defer in.close()
	var probabilities []float32
	var room level.Measure
	for {
		part, err := in.next()
		room.Push(part.samples)
		frames, derr := engine.Push(part.samples)
		probabilities = append(probabilities, frames...)
		if derr != nil {
			return cmdline.Exit(exitcode.Recogniser, derr)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return inputError(err)
		}
	}
	threshold, err := suggest(probabilities)
	if err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	floor := room.Levels().Floor
	env.Log.Info().Float64("floor_dbfs", floor).Msgf("background noise: %.0f dBFS", floor)
	_, err = fmt.Fprintf(env.Stdout, "--threshold %.2f\n", threshold)
	return err
}

// suggest returns the threshold for a room with these probabilities of speech. It is
// never below the default: a quiet room does not justify more false detections.
func suggest(probabilities []float32) (float64, error) {
	if len(probabilities) < minFrames {
		return 0, errors.New("the recording is shorter than a second; record 5 s while nobody speaks")
	}
	standard := vad.DefaultConfig().Threshold
	speech := 0
	for _, p := range probabilities {
		if float64(p) >= standard {
			speech++
		}
	}
	if float64(speech) > maxSpeechShare*float64(len(probabilities)) {
		return 0, fmt.Errorf("somebody seems to speak, or a radio plays, for %d %% of the time; calibrate while it is quiet",
			100*speech/len(probabilities))
	}
	top := float64(slices.Max(probabilities))
	return min(max(standard, math.Ceil(100*(top+margin))/100), maxThreshold), nil
}
