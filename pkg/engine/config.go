package engine

import (
	"cmp"
	"time"

	"voiceflow/pkg/whisper"
)

// Config configures an engine.
type Config struct {
	Device      string // as for whisper.Library.Open
	Recognisers int    // how many work in parallel, at least 1

	Decoding // of calls of Engine.Decode

	RefreshEvery int           // decodings after which a recogniser is replaced; 0: never
	CoolDown     time.Duration // pause before the model is reloaded after errors

	// CPULimit is the average share of the machine's processors that decoding may use, 0 to 1,
	// kept by pausing between decodings; 0: no limit.
	CPULimit float64
	// MemoryWarn and MemoryLimit limit how far the process's resident memory may grow beyond
	// what the model and its recognisers need, in bytes; 0: no limit.
	MemoryWarn, MemoryLimit int64
}

// Decoding is how audio is decoded and which text is kept.
type Decoding struct {
	Params whisper.Params // AudioContext is ignored: see Context
	// Languages are the codes of the languages that may be spoken, or whisper.LanguageAuto
	// alone for all of them; the language is detected for each piece of audio. If empty,
	// Params.Language is used.
	Languages []string
	Context   int // Fitted, 0 for the full window, or a number of 20 ms frames
	// TemperatureInc is added to the temperature after a failure, up to a temperature of 1; 0
	// disables this. A failure is text with a compression ratio above CompressionRatioThreshold
	// or a log probability below Params.LogprobThreshold.
	TemperatureInc            float64
	CompressionRatioThreshold float64
	// SoundNotes keeps text that only describes a sound, such as [Music].
	SoundNotes bool
	// KeepAll keeps text that was probably invented, and notes that there is nothing to hear.
	KeepAll bool
}

// Spoken returns the code of the language that is spoken, or "" if it is detected.
func (c *Decoding) Spoken() string {
	if len(c.Languages) > 0 {
		return ""
	}
	return cmp.Or(c.Params.Language, "en")
}

// setDefaults fills in openai/whisper's thresholds.
func (c *Decoding) setDefaults() {
	c.CompressionRatioThreshold = cmp.Or(c.CompressionRatioThreshold, whisper.DefaultCompressionRatioThreshold)
	c.Params.LogprobThreshold = cmp.Or(c.Params.LogprobThreshold, whisper.DefaultLogprobThreshold)
	c.Params.NoSpeechThreshold = cmp.Or(c.Params.NoSpeechThreshold, whisper.DefaultNoSpeechThreshold)
}
