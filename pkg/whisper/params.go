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

// MaxBeams is the largest BeamSize and BestOf: the library has 8 decoders.
const MaxBeams = 8

// The thresholds of openai/whisper: the probability of no speech above which
// unlikely text is dropped, the mean log probability below which decoding has
// failed, and the compression ratio above which the text repeats itself.
const (
	DefaultNoSpeechThreshold         = 0.6
	DefaultLogprobThreshold          = -1.0
	DefaultCompressionRatioThreshold = 2.4
)

// Params are the decoding parameters. The zero value decodes English greedily at
// temperature 0 with the full context. There is a single pass; whether to make
// another at a higher temperature is up to the caller.
type Params struct {
	Language  string // ISO 639-1 code or "auto"; "en" if empty
	Translate bool   // into English; multilingual models only
	Prompt    string // text that the model assumes was said before
	Threads   int    // 0: one per processor, at most 8

	// BeamSize is the number of beams at temperature 0, up to MaxBeams; 0 and 1
	// mean greedy decoding. BestOf is the number of samples drawn at a higher
	// temperature, of which the likeliest is used.
	BeamSize, BestOf int
	Temperature      float64 // 0: always the likeliest token

	// TemperatureInc lets the library raise the temperature itself, in these steps.
	// It is meant for audio of several windows, each of which may need a different
	// temperature. With 0 the temperature stays fixed.
	TemperatureInc float64

	// AudioContext shortens the encoder's window to this many frames of 20 ms,
	// rounded up to a multiple of the model's WindowStep. This saves time on short
	// audio. 0 is the full window, which is also used if the audio does not fit.
	AudioContext int

	Words       bool // determine the time of each word
	MaxLen      int  // maximum characters per segment, 0 for no limit; requires Words
	SplitOnWord bool // with MaxLen, split between words only

	SuppressNonSpeech bool // no tokens such as (music), * or musical notes
	// The text of a window is dropped as silence if the probability that nobody
	// speaks is above NoSpeechThreshold and the mean log probability of the text is
	// below LogprobThreshold. Zero selects the default.
	NoSpeechThreshold, LogprobThreshold float64
}

// params returns the library's parameters for a call and the length of the encoder's
// window. It uses the binding's setters where they exist.
func (r *Recogniser) params(p Params, samples int) (*binding.Params, int, error) {
	strategy := binding.SAMPLING_GREEDY
	if p.BeamSize > 1 {
		strategy = binding.SAMPLING_BEAM_SEARCH
	}
	if p.BeamSize > MaxBeams || p.BestOf > MaxBeams {
		return nil, 0, fmt.Errorf("%d beams, best of %d: libwhisper supports at most %d", p.BeamSize, p.BestOf, MaxBeams)
	}
	params := r.model.binding().Whisper_full_default_params(strategy)
	c := (*C.struct_whisper_full_params)(unsafe.Pointer(&params))
	params.SetPrintProgress(false)
	params.SetPrintTimestamps(false)
	params.SetNoContext(true) // ignore the text of earlier calls
	params.SetThreads(threads(p.Threads))
	params.SetTranslate(p.Translate)
	params.SetTemperature(float32(p.Temperature))
	params.SetTemperatureFallback(float32(p.TemperatureInc))
	if p.Prompt == "" {
		params.SetMaxContext(0) // carry no text from window to window
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
		(*C.struct_whisper_full_params)(unsafe.Pointer(params)).language = nil // detect it
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
