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

// WindowSeconds is the length of the model's window.
const WindowSeconds = 30

// Result is the result of a call of Transcribe.
type Result struct {
	Language     string // ISO 639-1 code
	Segments     []Segment
	Duration     float64       // of the audio, in seconds
	Processing   time.Duration // time taken
	AudioContext int           // length of the encoder's window, in frames of 20 ms
	Temperature  float64       // of the sampling
	// Overrun is how far text extends beyond the end of the audio (padded to at
	// least a second), in seconds. More than a rounding error means that the model
	// has lost track.
	Overrun float64
	// NoSpeechProb is the probability that nobody speaks, 0 to 1, computed as in
	// openai/whisper; 0 for audio longer than WindowSeconds.
	NoSpeechProb float64
	// Languages maps the code of each language to its probability, 0 to 1; nil for
	// English-only models and for audio longer than WindowSeconds.
	Languages map[string]float64

	undefined bool // a probability is not a number
}

// Segment is a piece of text with its position in the audio.
type Segment struct {
	Start, End float64 // seconds from the first sample
	Text       string  // as the model writes it, usually with a leading space

	Tokens     int     // number of tokens in the text
	TokenIDs   []int   // tokens of the text and of the timestamps around it
	AvgLogprob float64 // mean log probability of the tokens, including the end of the text; at most 0
	// CompressionRatio is the size of the text divided by its size compressed with
	// zlib. Above DefaultCompressionRatioThreshold, openai/whisper assumes that the
	// text repeats itself.
	CompressionRatio float64

	Pieces []Piece // of Text, in order
	Words  []Word  // nil unless requested
}

// Piece is a word of a segment's text with the white space before it. In languages
// written without spaces, every character is one.
type Piece struct {
	Text        string
	Probability float64 // mean over its tokens
}

// Word is a word with its position in the audio.
type Word struct {
	Text        string  // without surrounding white space
	Start, End  float64 // seconds from the first sample
	Probability float64 // mean over its tokens
}

// Text returns the text of all segments, without surrounding white space.
func (r *Result) Text() string {
	var b strings.Builder
	for _, s := range r.Segments {
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

// clampTimes limits times to the audio, because of padding and because the model
// rounds up. It sets Overrun to how far they were beyond the end.
func (r *Result) clampTimes() {
	length := max(r.Duration, seconds(minSamples))
	for i := range r.Segments {
		s := &r.Segments[i]
		// The end of the window means that the model gave no end.
		if over := s.End - length; s.End < WindowSeconds {
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

// readResult reads the segments of a state, starting with number from.
func readResult(ctx *C.struct_whisper_context, state *C.struct_whisper_state, from C.int, words bool) *Result {
	r := &Result{Language: C.GoString(C.whisper_lang_str(C.whisper_full_lang_id_from_state(state)))}
	for i := from; i < C.whisper_full_n_segments_from_state(state); i++ {
		// A token may end in the middle of a character. Remove half characters at
		// the edges of a segment, as they are not valid in JSON.
		text := strings.ToValidUTF8(C.GoString(C.whisper_full_get_segment_text_from_state(state, i)), "")
		segment := Segment{
			Start:            centiseconds(C.whisper_full_get_segment_t0_from_state(state, i)),
			End:              centiseconds(C.whisper_full_get_segment_t1_from_state(state, i)),
			Text:             text,
			CompressionRatio: CompressionRatio(text),
		}
		var defined bool
		segment.Tokens, segment.AvgLogprob, defined = logprob(ctx, state, i)
		r.undefined = r.undefined || !defined
		for t := C.int(0); t < C.whisper_full_n_tokens_from_state(state, i); t++ {
			segment.TokenIDs = append(segment.TokenIDs, int(C.whisper_full_get_token_id_from_state(state, i, t)))
		}
		spoken, pieces := readWords(ctx, state, i)
		if segment.Pieces = pieces; words {
			segment.Words = spoken
		}
		r.Segments = append(r.Segments, segment)
	}
	return r
}

// addProbabilities adds the probabilities of silence and of the languages, which the
// model computes before any text. If the library fails, the result is unchanged.
func (r *Recogniser) addProbabilities(result *Result, threads C.int) {
	ctx := r.model.ctx
	languages := make([]C.float, 1) // not empty, because its address is taken
	if r.model.Multilingual() {
		// The language tokens are between the start and the translate token.
		languages = make([]C.float, C.whisper_token_translate(ctx)-C.whisper_token_sot(ctx)-1)
	}
	var noSpeech C.float
	if !C.vf_hear(ctx, r.state, threads, &noSpeech, &languages[0], C.int(len(languages))) {
		return
	}
	result.undefined = result.undefined || noSpeech != noSpeech
	result.NoSpeechProb = probability(noSpeech)
	if !r.model.Multilingual() {
		return
	}
	result.Languages = make(map[string]float64, len(languages))
	for i, p := range languages {
		result.Languages[C.GoString(C.whisper_lang_str(C.int(i)))] = probability(p)
	}
}

// probability converts a probability of the library. Weights that are not numbers
// lead to ones that are not numbers either; they count as 0.
func probability(p C.float) float64 {
	if p != p {
		return 0
	}
	return float64(p)
}

// LanguageName returns the English name of a language code in lower case, or "" if
// the library does not support it.
func LanguageName(code string) string {
	if code == "" {
		return ""
	}
	c := C.CString(code)
	defer C.free(unsafe.Pointer(c))
	return C.GoString(C.whisper_lang_str_full(C.whisper_lang_id(c)))
}

func centiseconds(t C.int64_t) float64 { return float64(t) / 100 }

// logprob returns the number of tokens in a segment's text and the mean of their log
// probabilities. Like openai/whisper, it includes the token that ends the text; the
// library does not keep that token, but it is almost certain, so its log probability
// counts as 0. Timestamps and other special tokens are not included. Defined is false, and the
// mean 0, if a probability is not a number, or 0: the library does not choose such a token
// if it has another one.
func logprob(ctx *C.struct_whisper_context, state *C.struct_whisper_state, segment C.int) (
	tokens int, mean float64, defined bool,
) {
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
		return tokens, 0, false
	}
	return tokens, sum / float64(tokens+1), true
}

// CompressionRatio returns the size of a text divided by its size compressed with
// zlib.
func CompressionRatio(text string) float64 {
	if text == "" {
		return 0
	}
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // writing to a bytes.Buffer never fails
	_ = w.Close()
	return float64(len(text)) / float64(b.Len())
}
