package vad

import "voiceflow/pkg/audio"

const (
	// hysteresis keeps an utterance going through its softer sounds. Silero's VAD
	// has the same distance between its two thresholds.
	hysteresis = 0.15
	// Speech counts only if it lasts for runFrames consecutive frames. After a lull
	// it takes resumeFrames above the full threshold, so that a few frames of noise
	// after an utterance do not prolong it.
	runFrames, resumeFrames = 3, 8
	// lullSamples without speech are more than a gap within a word: 100 ms.
	lullSamples = audio.SampleRate / 10
	// minEvidence is the least sum of the differences between the probabilities of
	// an utterance's frames and the threshold. Many frames only just above the
	// threshold are a doubtful sound, such as noise.
	minEvidence = 1.2
	// clickSamples without speech end a sound that was too short to be speech:
	// 200 ms. A word may begin with a burst that long before its vowel.
	clickSamples = audio.SampleRate / 5
)

// Utterance is a stretch of speech. All positions are sample numbers, counted
// from the start of the stream.
type Utterance struct {
	Start, End int64 // the speech as detected
	PCMStart   int64 // position of the first sample of PCM
	Decided    int64 // position of the stream when the end was decided
	PCM        []int16
}

// Segmenter cuts a stream into utterances, which never overlap.
type Segmenter struct {
	preRoll, postRoll, minSpeech, minSilence, maxSamples int64 // samples
	beginThreshold, continueThreshold                    float32

	kept      []int16  // latest samples: the pre-roll, or the whole utterance so far
	keptStart int64    // position of kept[0]
	now       int64    // position after the last sample
	loudness  loudness // of the frames in kept

	speaking  bool
	start     int64   // position where the speech began
	lastVoice int64   // end of the last frame with speech
	run       int64   // consecutive frames with speech
	runStart  int64   // position of the first of them
	voiced    int64   // samples with speech
	required  int64   // samples with speech below which it is a click
	evidence  float32 // sum of the probabilities' excess over the threshold
}

// NewSegmenter returns a segmenter at the start of a stream. The configuration
// must be valid.
func NewSegmenter(c Config) *Segmenter {
	return &Segmenter{
		preRoll: audio.Samples(c.PreRoll), postRoll: audio.Samples(c.PostRoll),
		minSpeech: audio.Samples(c.MinSpeech), minSilence: audio.Samples(c.MinSilence),
		maxSamples:        audio.Samples(c.MaxUtterance),
		beginThreshold:    float32(c.Threshold),
		continueThreshold: float32(max(c.Threshold-hysteresis, c.Threshold/2)),
		loudness:          newLoudness(),
	}
}

// Push takes the next frame (FrameSize samples, or fewer at the end of the
// stream) and the probability of speech in it. It returns the utterance that the
// frame completes, or nil.
func (s *Segmenter) Push(frame []int16, speech float32) *Utterance {
	frameStart := s.now
	s.kept = append(s.kept, frame...)
	s.loudness.push(frame)
	s.now += int64(len(frame))
	if !s.speaking {
		if speech < s.beginThreshold {
			s.wait()
			return nil
		}
		s.speaking, s.start, s.required = true, s.onset(frameStart), s.minSpeech
		s.run, s.voiced, s.lastVoice, s.evidence = 0, 0, s.now, 0
		s.forget(s.start - s.preRoll)
	}
	s.hear(speech, int64(len(frame)))
	silence := s.now - s.lastVoice
	if s.run > 0 {
		silence = 0 // the current run may still count as speech
	}
	switch {
	case !s.isSpeech() && silence >= min(clickSamples, s.minSilence):
		s.wait()
		return nil
	case silence >= s.minSilence:
		return s.finish()
	case s.now-s.keptStart+FrameSize > s.maxSamples: // the next frame would not fit
		return s.cut()
	}
	return nil
}

// hear adds a frame to the utterance and decides whether it is speech.
func (s *Segmenter) hear(speech float32, samples int64) {
	s.evidence += max(speech-s.beginThreshold, 0)
	threshold, run := s.continueThreshold, int64(runFrames)
	if s.now-s.lastVoice > lullSamples {
		threshold, run = s.beginThreshold, resumeFrames
	}
	if s.run++; speech < threshold {
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

// Speaking reports whether somebody is speaking (clicks do not count), and where
// that speech, or else the last one, began and was last detected.
func (s *Segmenter) Speaking() (start, end int64, speaking bool) {
	return s.start, s.lastVoice, s.speaking && s.voiced > 0 && s.isSpeech()
}

// isSpeech reports whether the current sound is an utterance rather than a click
// or a doubtful sound.
func (s *Segmenter) isSpeech() bool {
	return s.voiced >= s.required && (s.required <= 1 || s.evidence >= minEvidence)
}

// Flush ends the stream and returns the current utterance, or nil.
func (s *Segmenter) Flush() *Utterance {
	if !s.speaking || !s.isSpeech() {
		return nil
	}
	return s.finish()
}

// Paused reports whether somebody has spoken, and has been silent for as long as the
// post-roll: unless speech goes on, the utterance will be what [Segmenter.SoFar] returns
// now.
func (s *Segmenter) Paused() bool {
	return s.speaking && s.isSpeech() && s.run == 0 && s.now-s.lastVoice >= s.postRoll
}

// SoFar returns the current utterance as it is so far, or nil if nobody speaks: up to the
// end of the post-roll, or up to now.
func (s *Segmenter) SoFar() *Utterance {
	if !s.speaking || !s.isSpeech() || s.steady(s.start, s.lastVoice) {
		return nil
	}
	end := s.now
	if s.Paused() {
		end = s.lastVoice + s.postRoll
	}
	return s.utterance(s.lastVoice, end)
}

// restart returns to the start of a stream.
func (s *Segmenter) restart() {
	s.kept, s.keptStart, s.now, s.loudness = s.kept[:0], 0, 0, newLoudness()
	s.speaking, s.start, s.lastVoice, s.run = false, 0, 0, 0
}

// finish completes the utterance with its post-roll.
func (s *Segmenter) finish() *Utterance {
	u := s.take(s.lastVoice, min(s.lastVoice+s.postRoll, s.now))
	s.speaking = false
	return u
}

// cut ends an overlong utterance at its quietest frame and starts a new one with
// the rest. The new one may be short, as the end of a word is not a click, but
// must contain speech. A run that may still count as speech goes to the new one.
func (s *Segmenter) cut() *Utterance {
	at := s.keptStart + quietest(s.kept)
	if s.run > 0 && s.lastVoice < s.runStart {
		at = min(at, s.runStart)
	}
	u := s.take(min(at, s.lastVoice), at)
	s.start, s.voiced, s.required = at, max(s.lastVoice-at, 0), 1
	return u
}

// wait keeps only the samples that may become the onset and the pre-roll of the
// next utterance.
func (s *Segmenter) wait() {
	s.speaking = false
	s.forget(s.now - s.preRoll - onsetFrames*FrameSize)
}

// take removes the kept samples up to pcmEnd and returns them as an utterance, or
// nil if they are a steady sound.
func (s *Segmenter) take(speechEnd, pcmEnd int64) *Utterance {
	if s.steady(s.start, speechEnd) {
		s.forget(pcmEnd)
		return nil
	}
	u := s.utterance(speechEnd, pcmEnd)
	s.forget(pcmEnd)
	return u
}

// utterance returns a copy of the kept samples up to pcmEnd.
func (s *Segmenter) utterance(speechEnd, pcmEnd int64) *Utterance {
	pcm := append([]int16(nil), s.kept[:pcmEnd-s.keptStart]...)
	return &Utterance{Start: s.start, End: speechEnd, PCMStart: s.keptStart, Decided: s.now, PCM: pcm}
}

// forget drops the kept samples before a position.
func (s *Segmenter) forget(before int64) {
	n := before - s.keptStart
	if n <= 0 {
		return
	}
	s.kept = append(s.kept[:0], s.kept[n:]...)
	s.keptStart = before
	s.loudness.forget(before / FrameSize)
}

// quietest returns the offset of the end of the quietest frame in the second half
// of pcm.
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
