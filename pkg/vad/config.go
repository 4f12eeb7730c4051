package vad

import (
	"errors"
	"fmt"
	"time"
)

// Config defines what counts as an utterance.
type Config struct {
	// Threshold is the probability of speech, above 0 and below 1, at which an
	// utterance begins. It continues while the probability stays above
	// Threshold - hysteresis.
	Threshold float64
	// MinSpeech is the least amount of speech in an utterance; anything shorter is
	// a click. With 0 everything counts.
	MinSpeech time.Duration
	// MinSilence is the silence that ends an utterance (hangover).
	MinSilence time.Duration
	// PreRoll and PostRoll are how much audio to keep before and after the speech,
	// because detection is late and misses soft consonants.
	PreRoll, PostRoll time.Duration
	// MaxUtterance limits an utterance's audio; a longer one is cut at its quietest
	// point. Whisper's window is 30 s.
	MaxUtterance time.Duration
}

// DefaultConfig suits dictation.
func DefaultConfig() Config {
	return Config{
		Threshold:    0.5,
		MinSpeech:    100 * time.Millisecond,
		MinSilence:   500 * time.Millisecond,
		PreRoll:      320 * time.Millisecond,
		PostRoll:     200 * time.Millisecond,
		MaxUtterance: 30 * time.Second,
	}
}

// ConfigError reports a value of a Config that is out of range or conflicts with
// other values.
type ConfigError struct {
	Settings []string // such as min-silence: the wrong one first, then those it conflicts with
	Reason   string
}

func (e *ConfigError) Error() string { return e.Reason }

// Validate returns all [Config.Mistakes] as one error, or nil.
func (c Config) Validate() error {
	var all []error
	for _, m := range c.Mistakes() {
		all = append(all, m)
	}
	return errors.Join(all...)
}

// Mistakes returns everything that is wrong with a configuration.
func (c Config) Mistakes() (all []*ConfigError) {
	wrong := map[string]bool{}
	// A value that is out of range is not compared with others.
	check := func(ok bool, reason string, settings ...string) {
		for _, s := range settings {
			ok = ok || wrong[s]
		}
		if !ok {
			wrong[settings[0]] = true
			all = append(all, &ConfigError{settings, reason})
		}
	}
	check(c.Threshold > 0 && c.Threshold < 1, fmt.Sprintf("threshold %v is not between 0 and 1", c.Threshold), "threshold")
	check(c.MinSpeech >= 0, fmt.Sprintf("min-speech %v must not be negative", c.MinSpeech), "min-speech")
	check(c.PreRoll >= 0, fmt.Sprintf("pre-roll %v must not be negative", c.PreRoll), "pre-roll")
	check(c.PostRoll >= 0, fmt.Sprintf("post-roll %v must not be negative", c.PostRoll), "post-roll")
	check(c.MinSilence >= 50*time.Millisecond,
		fmt.Sprintf("min-silence %v is below 50ms, and words have pauses that long", c.MinSilence), "min-silence")
	longest := fmt.Sprintf("max-utterance %v must be at least 1s longer than pre-roll, and at most 1h", c.MaxUtterance)
	check(c.MaxUtterance >= time.Second && c.MaxUtterance <= time.Hour, longest, "max-utterance")

	check(c.PostRoll <= c.MinSilence,
		fmt.Sprintf("post-roll %v is longer than min-silence %v", c.PostRoll, c.MinSilence), "post-roll", "min-silence")
	check(c.MaxUtterance-c.PreRoll >= time.Second, longest, "max-utterance", "pre-roll")
	shorter := fmt.Sprintf("must not be longer than max-utterance %v", c.MaxUtterance)
	check(c.MinSpeech <= c.MaxUtterance,
		fmt.Sprintf("min-speech %v %s", c.MinSpeech, shorter), "min-speech", "max-utterance")
	check(c.MinSilence <= c.MaxUtterance,
		fmt.Sprintf("min-silence %v %s", c.MinSilence, shorter), "min-silence", "max-utterance")
	return all
}
