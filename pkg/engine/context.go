package engine

import "voiceflow/pkg/whisper"

// Fitted, as Config.Context, fits the encoder's window to the audio. The encoder always pays
// for its whole window of 30 s, however short the audio is; a window fitted to an utterance of
// 3 s costs a quarter and usually produces the same words. When it does not, the model tends to
// repeat itself, to be unsure, or to run past the end of the audio. These signs are detected,
// and a larger window is used instead.
const Fitted = -1

const (
	// The shortest windows, in frames of 20 ms: models trained on full windows make mistakes in
	// very short ones. Of 994 words of single prompts, the base model got 73 wrong with 256
	// frames, 62 to 64 with 512, and 65 in full windows. 512 is for backends where a window
	// costs only what is in it.
	contextFloor      = 256
	contextFloorExact = 512
	contextMargin     = 64

	// growth is the length of the next larger window, in percent.
	growth = 140
	// minTokens is how many tokens a mean probability must be based on.
	minTokens = 8

	// maxOverrun is how far, in seconds, a time may lie past the end of the audio because of
	// rounding: for audio shorter than a second, the model usually gives an end of 2 s.
	maxOverrun = 1.0
)

// fitContext returns the window for a number of samples, in frames of 20 ms: a multiple of
// step.
func fitContext(samples, step int) int {
	floor := contextFloor
	if step < contextFloor {
		floor = contextFloorExact
	}
	frames := max((samples*50+whisper.SampleRate-1)/whisper.SampleRate+contextMargin, floor)
	return (frames + step - 1) / step * step
}

// grow returns the window for a second attempt, which costs about one and a half times as much
// to encode, or 0 for the full window.
func grow(window, step, full int) int {
	window = (window*growth/100 + step - 1) / step * step
	if window >= full {
		return 0
	}
	return window
}

// doubtful reports whether the result of a fitted window should be tried again with a larger
// one. For a word or two that are merely unlikely, that gains little: in 92 prompts with such
// text, 90 words were wrong with 512 frames, 84 with 768 and 83 in the full window (base,
// docs/benchmarks.md).
func (c *Decoding) doubtful(r *whisper.Result) bool {
	return c.failed(r) || r.Overrun > maxOverrun || c.missed(r)
}

// missed reports whether the model wrote nothing although it heard speech.
func (c *Decoding) missed(r *whisper.Result) bool {
	return r.Text() == "" && r.NoSpeechProb <= c.Params.NoSpeechThreshold
}

// failed reports whether a result needs another attempt at a higher temperature: by
// openai/whisper's criteria, because the text repeats itself or is too improbable, or because
// the text is too long to be spoken in the time. The mean over only a few tokens, a word or
// two, means nothing.
func (c *Decoding) failed(r *whisper.Result) bool {
	for _, s := range r.Segments {
		improbable := s.AvgLogprob < c.Params.LogprobThreshold && s.Tokens >= minTokens
		if improbable && r.NoSpeechProb <= c.Params.NoSpeechThreshold {
			return true
		}
	}
	return c.loops(r)
}

// better reports whether a is preferable to b when both are doubtful: a text without a loop
// first, then the more probable one.
func (c *Decoding) better(a, b *whisper.Result) bool {
	loopA, loopB := c.loops(a), c.loops(b)
	if loopA != loopB {
		return loopB
	}
	return meanLogprob(a) > meanLogprob(b)
}

func (c *Decoding) loops(r *whisper.Result) bool {
	for _, s := range r.Segments {
		if s.CompressionRatio > c.CompressionRatioThreshold || rushed(s) {
			return true
		}
	}
	return repeats(r.Text())
}

// rushed reports whether nobody could say a segment's words in its time plus one second (times
// are inexact). Like a loop, this shows that the model has gone wrong.
func rushed(s whisper.Segment) bool {
	letters := 0.0
	for _, w := range wordsOf([]whisper.Segment{s}) {
		letters += w.letters
	}
	return letters > fastestPace*(s.End-s.Start+1)
}

// meanLogprob is the mean over the segments, weighted by the length of their text.
func meanLogprob(r *whisper.Result) float64 {
	sum, n := 0.0, 0
	for _, s := range r.Segments {
		sum += s.AvgLogprob * float64(len(s.Text))
		n += len(s.Text)
	}
	return sum / float64(max(n, 1))
}
