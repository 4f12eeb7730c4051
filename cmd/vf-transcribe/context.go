package main

import (
	"context"
	"fmt"
	"strconv"

	"voiceflow/pkg/whisper"
)

// The encoder pays for its whole window of 30 s, however short the audio is.
// A window fitted to an utterance of 3 s costs a quarter and mostly gives the
// same words; when it does not, the model tends to repeat itself or to doubt,
// which can be seen, and the full window is the answer.
const (
	contextFloor  = 256 // frames of 20 ms: models trained on full windows lose their way in shorter ones
	contextMargin = 64
	contextStep   = 8

	// The thresholds with which openai/whisper calls a result a failure.
	maxCompressionRatio = 2.4
	minAvgLogprob       = -1.0
)

// fittedContext marks --audio-ctx auto among the numbers of frames.
const fittedContext = -1

// parseContext reads --audio-ctx: auto, full or a number of frames.
func parseContext(s string) (int, error) {
	switch s {
	case "auto":
		return fittedContext, nil
	case "full":
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("--audio-ctx %q: use auto, full or a number of 20 ms frames", s)
	}
	return n, nil
}

// decode transcribes samples, a second time with the full window when a fitted
// one gave a doubtful result. It says how often it did so.
func (t *transcriber) decode(ctx context.Context, samples []float32) (result *whisper.Result, retries int, err error) {
	p := t.params
	if p.AudioContext == fittedContext {
		p.AudioContext = fitContext(len(samples))
	}
	result, err = t.recogniser.Transcribe(ctx, samples, p)
	if err != nil || t.params.AudioContext != fittedContext ||
		result.AudioContext == t.model.AudioContext() || !doubtful(result) {
		return result, 0, err
	}
	first := result.Processing
	p.AudioContext = 0
	result, err = t.recogniser.Transcribe(ctx, samples, p)
	if err == nil {
		result.Processing += first
	}
	return result, 1, err
}

func fitContext(samples int) int {
	frames := max((samples*50+whisper.SampleRate-1)/whisper.SampleRate+contextMargin, contextFloor)
	return (frames + contextStep - 1) / contextStep * contextStep
}

func doubtful(r *whisper.Result) bool {
	for _, s := range r.Segments {
		if s.CompressionRatio > maxCompressionRatio || s.AvgLogprob < minAvgLogprob {
			return true
		}
	}
	return false
}
