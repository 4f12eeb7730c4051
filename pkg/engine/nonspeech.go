package engine

import (
	"regexp"
	"slices"

	"voiceflow/pkg/whisper"
)

// soundNote is text that is nothing but notes on what is heard, in the ways in which
// Whisper was taught them by subtitles: [Music], (bell dings), *sighs*, ♪.
var soundNote = regexp.MustCompile(`^(?:[\s.,!?…-]*(?:\[[^\]]*\]|\([^)]*\)|【[^】]*】|（[^）]*）|\*[^*]+\*|[♪♫♬🎵🎶]+))+[\s.,!?…-]*$`)

// dropNonSpeech takes out of a result what nobody said: notes on sounds, unless
// they are wanted, and, as openai/whisper does, unlikely text where the model
// heard nobody speak.
func (c *Config) dropNonSpeech(r *whisper.Result) {
	silence := r.NoSpeechProb > c.Params.NoSpeechThreshold
	r.Segments = slices.DeleteFunc(r.Segments, func(s whisper.Segment) bool {
		return !c.SoundNotes && soundNote.MatchString(s.Text) || silence && s.AvgLogprob < c.Params.LogprobThreshold
	})
}
