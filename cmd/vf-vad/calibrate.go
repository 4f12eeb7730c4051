package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio/level"
	"voiceflow/pkg/vad"
)

const (
	// leastRoom is how much of a room must be heard, in frames: a second.
	leastRoom = 100
	// spokenShare of frames that sound like speech are no accident.
	spokenShare = 0.2
	// margin is put between the most doubtful sound of the room and the
	// threshold, and also the distance that utterances go on below it.
	margin = 0.15
	// mostThreshold still lets speech through.
	mostThreshold = 0.9
)

// calibrate listens to a room where nobody speaks, and writes the threshold
// that keeps its sounds out, in the form of the flag.
func calibrate(env *cmdline.Env, c *cli.Context, engine vad.FrameDetector) error {
	in, err := openInput(env, c)
	if err != nil {
		return err
	}
	defer in.close()
	var answers []float32
	var room level.Measure
	for {
		block, err := in.next()
		room.Push(block)
		heard, derr := engine.Push(block)
		answers = append(answers, heard...)
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
	threshold, err := propose(answers)
	if err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	floor := room.Levels().Floor
	env.Log.Info().Float64("floor_dbfs", floor).Msgf("the noise of the room is at %.0f dBFS", floor)
	_, err = fmt.Fprintf(env.Stdout, "--threshold %.2f\n", threshold)
	return err
}

// propose is the threshold for a room in which these were the probabilities of
// speech. It is never below the standard: a quiet room is no reason to hear
// speech in less.
func propose(answers []float32) (float64, error) {
	if len(answers) < leastRoom {
		return 0, errors.New("less than a second of the room was heard; record 5 s, while nobody speaks")
	}
	standard := vad.DefaultConfig().Threshold
	spoken := 0
	for _, p := range answers {
		if float64(p) >= standard {
			spoken++
		}
	}
	if float64(spoken) > spokenShare*float64(len(answers)) {
		return 0, fmt.Errorf("%d %% of the time somebody seems to speak, or a radio plays; calibrate while it is quiet", 100*spoken/len(answers))
	}
	top := float64(slices.Max(answers))
	return min(max(standard, math.Ceil(100*(top+margin))/100), mostThreshold), nil
}
