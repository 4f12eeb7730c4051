package whisper

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"bytes"
	"compress/zlib"
	"math"
	"strings"
	"time"
	"unsafe"
)

// WindowSeconds is the audio that the model hears at once.
const WindowSeconds = 30

// Result is what was recognised in one call's audio.
type Result struct {
	Language     string // ISO 639-1 code
	Segments     []Segment
	Duration     float64       // of the audio, seconds
	Processing   time.Duration // what decoding took
	AudioContext int           // encoder frames of 20 ms that were really used
	Temperature  float64       // of the sampling
	// Overrun is how far the model placed text beyond the end of the audio that it
	// was given, of a second at least, in seconds: more than a rounding shows
	// that it has lost its way.
	Overrun float64
	// NoSpeechProb is the model's probability, 0 to 1, that nobody speaks, as
	// openai/whisper reads it; 0 for audio longer than WindowSeconds.
	NoSpeechProb float64
	// Languages has the probability, 0 to 1, of each language that the model
	// knows, by its code; nil for models of English, and for audio longer than
	// WindowSeconds.
	Languages map[string]float64
}

// Segment is a stretch of text with its place in the audio.
type Segment struct {
	Start, End float64 // seconds from the first sample
	Text       string  // as the model writes it, mostly with a leading space

	Tokens     int     // of the text
	TokenIDs   []int   // of the text, and of the timestamps around it
	AvgLogprob float64 // mean log probability of the text's tokens and its end, at most 0
	// CompressionRatio is the text's size over its size compressed by zlib;
	// openai/whisper takes one above DefaultCompressionRatioThreshold for a loop.
	CompressionRatio float64

	Words []Word // nil unless they were asked for
}

// Word is a word with its place in the audio.
type Word struct {
	Text        string  // without white space around it
	Start, End  float64 // seconds from the first sample
	Probability float64 // mean of its tokens'
}

// Text is the text of all segments, without white space around it.
func (r *Result) Text() string {
	var b strings.Builder
	for _, s := range r.Segments {
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

// clampTimes keeps times within the audio: padding is not the speaker's, and
// the model rounds up. It notes how far beyond the end they were.
func (r *Result) clampTimes() {
	given := max(r.Duration, seconds(minSamples))
	for i := range r.Segments {
		s := &r.Segments[i]
		// The end of the library's window stands for "no end was said".
		if over := s.End - given; s.End < WindowSeconds {
			r.Overrun = max(r.Overrun, over)
		}
		s.Start, s.End = r.clamp(s.Start, s.End)
		for j := range s.Words {
			w := &s.Words[j]
			w.Start, w.End = r.clamp(w.Start, w.End)
		}
	}
}

func (r *Result) clamp(start, end float64) (float64, float64) {
	start = min(max(start, 0), r.Duration)
	return start, max(min(end, r.Duration), start)
}

// readResult reads the segments of a state, from the given one on.
func readResult(ctx *C.struct_whisper_context, state *C.struct_whisper_state, from C.int, words bool) *Result {
	r := &Result{Language: C.GoString(C.whisper_lang_str(C.whisper_full_lang_id_from_state(state)))}
	for i := from; i < C.whisper_full_n_segments_from_state(state); i++ {
		// A token may end within a character; a broken one at the edge of a
		// segment must not reach JSON.
		text := strings.ToValidUTF8(C.GoString(C.whisper_full_get_segment_text_from_state(state, i)), "")
		segment := Segment{
			Start:            centiseconds(C.whisper_full_get_segment_t0_from_state(state, i)),
			End:              centiseconds(C.whisper_full_get_segment_t1_from_state(state, i)),
			Text:             text,
			CompressionRatio: CompressionRatio(text),
		}
		segment.Tokens, segment.AvgLogprob = logprob(ctx, state, i)
		for t := C.int(0); t < C.whisper_full_n_tokens_from_state(state, i); t++ {
			segment.TokenIDs = append(segment.TokenIDs, int(C.whisper_full_get_token_id_from_state(state, i, t)))
		}
		if words {
			segment.Words = readWords(ctx, state, i)
		}
		r.Segments = append(r.Segments, segment)
	}
	return r
}

// hear completes a result by what the model thinks of the audio before it writes
// any text. Where the library cannot tell, the result stays as it is.
func (r *Recogniser) hear(result *Result, threads C.int) {
	ctx := r.model.ctx
	languages := make([]C.float, 1) // never empty: its address is taken
	if r.model.Multilingual() {
		// The tokens of the languages lie between those of the start and of translating.
		languages = make([]C.float, C.whisper_token_translate(ctx)-C.whisper_token_sot(ctx)-1)
	}
	var noSpeech C.float
	if !C.vf_hear(ctx, r.state, threads, &noSpeech, &languages[0], C.int(len(languages))) {
		return
	}
	result.NoSpeechProb = float64(noSpeech)
	if !r.model.Multilingual() {
		return
	}
	result.Languages = make(map[string]float64, len(languages))
	for i, p := range languages {
		result.Languages[C.GoString(C.whisper_lang_str(C.int(i)))] = float64(p)
	}
}

// LanguageName is the English name of a language, in small letters, by its code; empty
// where the library does not know it.
func LanguageName(code string) string {
	if code == "" {
		return ""
	}
	c := C.CString(code)
	defer C.free(unsafe.Pointer(c))
	return C.GoString(C.whisper_lang_str_full(C.whisper_lang_id(c)))
}

func centiseconds(t C.int64_t) float64 { return float64(t) / 100 }

// logprob counts the tokens of a segment's text, and is the mean of their log
// probabilities as openai/whisper takes it: with the token that ends the text, which
// the library does not keep and which is all but certain. Timestamps and other
// special tokens say nothing about the words and are left out.
func logprob(ctx *C.struct_whisper_context, state *C.struct_whisper_state, segment C.int) (tokens int, mean float64) {
	eot := C.whisper_token_eot(ctx)
	sum := 0.0
	for t := C.int(0); t < C.whisper_full_n_tokens_from_state(state, segment); t++ {
		token := C.whisper_full_get_token_data_from_state(state, segment, t)
		if token.id >= eot {
			continue
		}
		sum += float64(token.plog)
		tokens++
	}
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return tokens, 0
	}
	return tokens, sum / float64(tokens+1)
}

// CompressionRatio is a text's size over its size compressed by zlib.
func CompressionRatio(text string) float64 {
	if text == "" {
		return 0
	}
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a bytes.Buffer takes everything
	_ = w.Close()
	return float64(len(text)) / float64(b.Len())
}
