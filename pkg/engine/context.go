package engine

import "voiceflow/pkg/whisper"

// Fitted, as a Config's Context, fits the encoder's window to the audio. The
// encoder pays for its whole window of 30 s, however short the audio is; one
// fitted to an utterance of 3 s costs a quarter and mostly gives the same
// words. When it does not, the model tends to repeat itself, to doubt or to run
// past the audio's end, which can be seen, and the full window is the answer.
const Fitted = -1

const (
	// The shortest windows, in frames of 20 ms: models trained on full windows
	// lose their way in shorter ones. Of 994 words of single prompts the model
	// (base) got 73 wrong with 256 frames and 62 to 64 with 512, or 65 in full windows;
	// 512 are for windows that cost what is in them.
	contextFloor      = 256
	contextFloorExact = 512
	contextMargin     = 64

	// growth is the length of the next larger window, in percent.
	growth = 140
	// minTokens is how many tokens a mean probability must be of.
	minTokens = 8

	// maxOverrun is the rounding, in seconds, by which a time may pass the
	// audio's end: of what is shorter than a second the model mostly says that it
	// ends after two.
	maxOverrun = 1.0
)

// fitContext is the window, in frames of 20 ms, for a number of samples: a
// multiple of step.
func fitContext(samples, step int) int {
	floor := contextFloor
	if step < contextFloor {
		floor = contextFloorExact
	}
	frames := max((samples*50+whisper.SampleRate-1)/whisper.SampleRate+contextMargin, floor)
	return (frames + step - 1) / step * step
}

// grow is the window of a second try, which costs about one and a half times as much
// to encode. 0 is the full window.
func grow(window, step, full int) int {
	window = (window*growth/100 + step - 1) / step * step
	if window >= full {
		return 0
	}
	return window
}

// doubtful reports whether a result of a fitted window is to be tried again with
// a larger one. A word or two that are merely unlikely gain little by it: of 92 prompts
// with such text 90 words were wrong in 512 frames, 84 in 768, 83 in the full window
// (base, docs/benchmarks.md).
func (c *Config) doubtful(r *whisper.Result) bool {
	return c.failed(r) || r.Overrun > maxOverrun || c.missed(r)
}

// missed reports whether the model wrote nothing though it heard somebody speak.
func (c *Config) missed(r *whisper.Result) bool {
	return r.Text() == "" && r.NoSpeechProb <= c.Params.NoSpeechThreshold
}

// failed applies openai/whisper's criteria for another try at a higher
// temperature, and one more: text that repeats itself, is too improbable, or cannot be
// said so fast. The mean over a
// few tokens, a word or two, says nothing.
func (c *Config) failed(r *whisper.Result) bool {
	for _, s := range r.Segments {
		improbable := s.AvgLogprob < c.Params.LogprobThreshold && s.Tokens >= minTokens
		if improbable && r.NoSpeechProb <= c.Params.NoSpeechThreshold {
			return true
		}
	}
	return c.loops(r)
}

// better reports whether a is to be preferred to b when both are doubtful: no
// loop before a loop, then the likelier text.
func (c *Config) better(a, b *whisper.Result) bool {
	loopA, loopB := c.loops(a), c.loops(b)
	if loopA != loopB {
		return loopB
	}
	return meanLogprob(a) > meanLogprob(b)
}

func (c *Config) loops(r *whisper.Result) bool {
	for _, s := range r.Segments {
		if s.CompressionRatio > c.CompressionRatioThreshold || rushed(s) {
			return true
		}
	}
	return repeats(r.Text())
}

// rushed reports whether nobody could say a segment's words in its time, which may be a
// second too short: like a loop, it is a model that has lost its way.
func rushed(s whisper.Segment) bool {
	letters := 0.0
	for _, w := range wordsOf([]whisper.Segment{s}) {
		letters += w.letters
	}
	return letters > fastestPace*(s.End-s.Start+1)
}

// meanLogprob weighs each segment by its text's length.
func meanLogprob(r *whisper.Result) float64 {
	sum, n := 0.0, 0
	for _, s := range r.Segments {
		sum += s.AvgLogprob * float64(len(s.Text))
		n += len(s.Text)
	}
	return sum / float64(max(n, 1))
}
