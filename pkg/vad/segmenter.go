package vad

import (
	"errors"
	"fmt"
	"time"

	"voiceflow/pkg/audio"
)

// Config says what an utterance is.
type Config struct {
	// Threshold is the probability of speech, above 0 and below 1, with which
	// an utterance begins. It goes on while the probability stays above
	// Threshold - hysteresis.
	Threshold float64
	// MinSpeech is the speech that an utterance needs: less is a click. With 0
	// everything counts.
	MinSpeech time.Duration
	// MinSilence ends an utterance (the hang-over).
	MinSilence time.Duration
	// PreRoll and PostRoll are the audio kept before and after the speech,
	// because detection comes late and soft consonants escape it.
	PreRoll, PostRoll time.Duration
	// MaxUtterance bounds an utterance's audio; a longer one is cut at its
	// quietest point. Whisper hears 30 s at once.
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

// ConfigError is a value of a Config that is out of range, or does not go with
// others.
type ConfigError struct {
	Settings []string // their names, such as min-silence: the wrong one first, then those it does not go with
	Reason   string
}

func (e *ConfigError) Error() string { return e.Reason }

// Validate returns what is wrong with a configuration, [Config.Mistakes] joined.
func (c Config) Validate() error {
	var all []error
	for _, m := range c.Mistakes() {
		all = append(all, m)
	}
	return errors.Join(all...)
}

// Mistakes are all that is wrong with a configuration.
func (c Config) Mistakes() (all []*ConfigError) {
	wrong := map[string]bool{}
	// A value that is wrong by itself is compared with no other.
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
		fmt.Sprintf("min-silence %v is below 50ms, the pauses within words", c.MinSilence), "min-silence")
	longest := fmt.Sprintf("max-utterance %v is not between 1s beyond the pre-roll and 1h", c.MaxUtterance)
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

const (
	// hysteresis keeps an utterance going through its softer sounds; Silero's
	// VAD uses the same distance between its two thresholds.
	hysteresis = 0.15
	// runFrames with speech in a row are what counts, and after a lull
	// resumeFrames with as much as begins an utterance: a few in the noise after
	// it do not prolong it.
	runFrames, resumeFrames = 3, 8
	// lullSamples without speech are more than a gap within a word: 100 ms.
	lullSamples = audio.SampleRate / 10
	// leastEvidence is how far the probabilities of an utterance's frames must be
	// above the threshold, added up: many frames that are just above it are a
	// doubtful sound, such as noise.
	leastEvidence = 1.2
	// clickSamples without speech end what was too short to be speech: 200 ms. A
	// word may begin with a burst that far before its vowel.
	clickSamples = audio.SampleRate / 5
)

// Utterance is a stretch of speech. All places are sample numbers from the
// start of the stream.
type Utterance struct {
	Start, End int64 // the speech as detected
	PCMStart   int64 // of the first sample of PCM
	Decided    int64 // where the stream was when the end was known
	PCM        []int16
}

// Segmenter cuts a stream into utterances. No sample is part of two.
type Segmenter struct {
	preRoll, postRoll, minSpeech, minSilence, maxSamples int64
	begin, goOn                                          float32

	kept      []int16  // the latest samples: the pre-roll, or the whole utterance so far
	keptStart int64    // place of kept[0]
	now       int64    // place after the last sample
	loudness  loudness // of the frames in kept

	speaking  bool
	start     int64   // of the speech
	lastVoice int64   // end of the last frame with speech
	run       int64   // frames with speech in a row
	runStart  int64   // of the first of these
	voiced    int64   // samples of frames with speech
	needed    int64   // of voiced, or it is a click
	evidence  float32 // what the probabilities are above the threshold, added up
}

// NewSegmenter makes a segmenter at the start of a stream; the configuration
// must be valid.
func NewSegmenter(c Config) *Segmenter {
	return &Segmenter{
		preRoll: audio.Samples(c.PreRoll), postRoll: audio.Samples(c.PostRoll),
		minSpeech: audio.Samples(c.MinSpeech), minSilence: audio.Samples(c.MinSilence), maxSamples: audio.Samples(c.MaxUtterance),
		loudness: newLoudness(),
		begin:    float32(c.Threshold), goOn: float32(max(c.Threshold-hysteresis, c.Threshold/2)),
	}
}

// Push takes the next frame (FrameSize samples, fewer at the stream's end) and
// the probability of speech in it. It returns the utterance that this
// completes, or nil.
func (s *Segmenter) Push(frame []int16, speech float32) *Utterance {
	frameStart := s.now
	s.kept = append(s.kept, frame...)
	s.loudness.push(frame)
	s.now += int64(len(frame))
	if !s.speaking {
		if speech < s.begin {
			s.rest()
			return nil
		}
		s.speaking, s.start, s.needed = true, s.onset(frameStart), s.minSpeech
		s.run, s.voiced, s.lastVoice, s.evidence = 0, 0, s.now, 0
		s.forget(s.start - s.preRoll)
	}
	s.hear(speech, int64(len(frame)))
	silence := s.now - s.lastVoice
	if s.run > 0 {
		silence = 0 // these frames may count yet
	}
	switch {
	case !s.sure() && silence >= min(clickSamples, s.minSilence):
		s.rest()
		return nil
	case silence >= s.minSilence:
		return s.finish()
	case s.now-s.keptStart+FrameSize > s.maxSamples: // the next frame would not fit
		return s.cut()
	}
	return nil
}

// hear counts a frame of the utterance as speech, or not.
func (s *Segmenter) hear(speech float32, samples int64) {
	s.evidence += max(speech-s.begin, 0)
	enough, run := s.goOn, int64(runFrames)
	if s.now-s.lastVoice > lullSamples {
		enough, run = s.begin, resumeFrames
	}
	if s.run++; speech < enough {
		s.run = 0
	}
	if s.run == 1 {
		s.runStart = s.now - samples
	}
	switch {
	case s.run == run:
		s.voiced += (run-1)*FrameSize + samples
		s.lastVoice = s.now
	case s.run > run:
		s.voiced += samples
		s.lastVoice = s.now
	}
}

// Speaking tells where speech began that is going on and no click, and where it
// was heard last. When there is none, it tells so, and where the last ended.
func (s *Segmenter) Speaking() (start, end int64, speaking bool) {
	return s.start, s.lastVoice, s.speaking && s.voiced > 0 && s.sure()
}

// sure reports whether what was heard is an utterance, and neither a click nor a
// doubtful sound.
func (s *Segmenter) sure() bool {
	return s.voiced >= s.needed && (s.needed <= 1 || s.evidence >= leastEvidence)
}

// Flush ends the stream and returns the utterance that was going on, or nil.
func (s *Segmenter) Flush() *Utterance {
	if !s.speaking || !s.sure() {
		return nil
	}
	return s.finish()
}

// finish completes the utterance with its post-roll.
func (s *Segmenter) finish() *Utterance {
	u := s.take(s.lastVoice, min(s.lastVoice+s.postRoll, s.now))
	s.speaking = false
	return u
}

// cut ends an utterance that has become too long at its quietest frame, and
// goes on with the rest as another one: speech of any length, for a word's end
// is no click, but not silence alone. Frames that may count as speech yet begin
// that other one.
func (s *Segmenter) cut() *Utterance {
	at := s.keptStart + quietest(s.kept)
	if s.run > 0 && s.lastVoice < s.runStart {
		at = min(at, s.runStart)
	}
	u := s.take(min(at, s.lastVoice), at)
	s.start, s.voiced, s.needed = at, max(s.lastVoice-at, 0), 1
	return u
}

// rest waits for speech, with what may become its onset and its pre-roll.
func (s *Segmenter) rest() {
	s.speaking = false
	s.forget(s.now - s.preRoll - onsetFrames*FrameSize)
}

// take hands out the kept samples up to a place and keeps the rest. Of a steady
// sound it hands out nothing.
func (s *Segmenter) take(speechEnd, pcmEnd int64) *Utterance {
	if s.steady(s.start, speechEnd) {
		s.forget(pcmEnd)
		return nil
	}
	u := &Utterance{Start: s.start, End: speechEnd, PCMStart: s.keptStart, Decided: s.now}
	u.PCM = append([]int16(nil), s.kept[:pcmEnd-s.keptStart]...)
	s.forget(pcmEnd)
	return u
}

// forget drops the kept samples before a place.
func (s *Segmenter) forget(before int64) {
	n := before - s.keptStart
	if n <= 0 {
		return
	}
	s.kept = append(s.kept[:0], s.kept[n:]...)
	s.keptStart = before
	s.loudness.forget(before / FrameSize)
}

// quietest is the offset of the end of the frame with the least energy in the
// second half of pcm.
func quietest(pcm []int16) int64 {
	best, least := len(pcm), int64(-1)
	for at := len(pcm) / 2; at+FrameSize <= len(pcm); at += FrameSize {
		energy := int64(0)
		for _, v := range pcm[at : at+FrameSize] {
			energy += int64(v) * int64(v)
		}
		if least < 0 || energy < least {
			best, least = at+FrameSize, energy
		}
	}
	return int64(best)
}
