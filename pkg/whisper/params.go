package whisper

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"cmp"
	"fmt"
	"runtime"
	"unsafe"

	binding "github.com/ggerganov/whisper.cpp/bindings/go"
)

// MaxBeams bounds BeamSize and BestOf: the library has no more decoders.
const MaxBeams = 8

// The thresholds of openai/whisper: the probability of no speech above which
// unlikely text is dropped, the mean log probability below which a text is a
// failure, and the ratio of compression above which it is a repetition.
const (
	DefaultNoSpeechThreshold         = 0.6
	DefaultLogprobThreshold          = -1.0
	DefaultCompressionRatioThreshold = 2.4
)

// Params says how to decode. The zero value is greedy decoding of English at
// temperature 0 with the full context. There is one pass: another at a higher
// temperature is the caller's decision, who then knows which temperature the
// text came from.
type Params struct {
	Language  string // ISO 639-1 code or "auto"; empty is "en"
	Translate bool   // into English; multilingual models only
	Prompt    string // text that the model believes was said before
	Threads   int    // 0: one for each processor, 8 at most

	// BeamSize is the number of beams searched at temperature 0, up to
	// MaxBeams; 0 and 1 decode greedily. BestOf is the number of samples drawn
	// at a higher temperature, of which the likeliest is taken.
	BeamSize, BestOf int
	Temperature      float64 // 0: always the likeliest token

	// TemperatureInc lets the library go to higher temperatures by itself, for
	// audio of several windows, each of which may need another; 0: it does not.
	TemperatureInc float64

	// AudioContext shortens the encoder's window to this many frames of 20 ms,
	// which saves time on short audio; 0 is the full window. It is ignored
	// for audio that would not fit, and rounded up to a multiple of the model's
	// WindowStep.
	AudioContext int

	Words       bool // find the time of each word
	MaxLen      int  // characters of a segment, at most; 0: no limit. Needs Words
	SplitOnWord bool // with MaxLen: between words, not within

	SuppressNonSpeech bool // no tokens such as (music), * or musical notes
	// A window is taken for silence, and its text dropped, when the model's
	// probability that nobody speaks is above NoSpeechThreshold and the mean
	// log probability of the text below LogprobThreshold. Zero values stand for
	// the defaults.
	NoSpeechThreshold, LogprobThreshold float64
}

// params completes the library's parameters for a call, by the binding's setters
// where it has them, and tells the length of the encoder's window.
func (r *Recogniser) params(p Params, samples int) (*binding.Params, int, error) {
	strategy := binding.SAMPLING_GREEDY
	if p.BeamSize > 1 {
		strategy = binding.SAMPLING_BEAM_SEARCH
	}
	if p.BeamSize > MaxBeams || p.BestOf > MaxBeams {
		return nil, 0, fmt.Errorf("%d beams, best of %d: libwhisper has %d decoders at most", p.BeamSize, p.BestOf, MaxBeams)
	}
	params := r.model.bound().Whisper_full_default_params(strategy)
	c := (*C.struct_whisper_full_params)(unsafe.Pointer(&params))
	params.SetPrintProgress(false)
	params.SetPrintTimestamps(false)
	params.SetNoContext(true) // no text of an earlier call leaks into this one
	params.SetThreads(threads(p.Threads))
	params.SetTranslate(p.Translate)
	params.SetTemperature(float32(p.Temperature))
	params.SetTemperatureFallback(float32(p.TemperatureInc))
	if p.Prompt == "" {
		params.SetMaxContext(0) // nor is text carried from window to window
	}
	c.greedy.best_of = 1 // more would only cost memory at temperature 0
	if p.Temperature > 0 || p.TemperatureInc > 0 {
		c.greedy.best_of = C.int(max(p.BestOf, 1))
	}
	c.beam_search.beam_size = C.int(max(p.BeamSize, 1))
	params.SetTokenTimestamps(p.Words)
	params.SetMaxSegmentLength(p.MaxLen)
	params.SetSplitOnWord(p.SplitOnWord)
	c.suppress_nst = C.bool(p.SuppressNonSpeech)
	c.no_speech_thold = C.float(cmp.Or(p.NoSpeechThreshold, DefaultNoSpeechThreshold))
	c.logprob_thold = C.float(cmp.Or(p.LogprobThreshold, DefaultLogprobThreshold))
	if err := r.setLanguage(&params, p.Language); err != nil {
		return nil, 0, err
	}
	step := r.model.WindowStep()
	audioContext := (p.AudioContext + step - 1) / step * step
	if audioContext <= 0 || audioContext > r.model.AudioContext() || samples*framesPerSecond > audioContext*SampleRate {
		audioContext = r.model.AudioContext()
	}
	params.SetAudioCtx(audioContext)
	return &params, audioContext, nil
}

func (r *Recogniser) setLanguage(params *binding.Params, code string) error {
	id, err := r.model.language(code)
	switch {
	case err != nil:
		return err
	case id < 0:
		(*C.struct_whisper_full_params)(unsafe.Pointer(params)).language = nil // the library finds out
	default:
		if err := params.SetLanguage(id); err != nil {
			return fmt.Errorf("%w: %q: %w", ErrLanguage, code, err)
		}
	}
	return nil
}

func threads(wanted int) int {
	if wanted > 0 {
		return wanted
	}
	return min(runtime.GOMAXPROCS(0), 8)
}
