// Package align finds when the words of a text are spoken in the sound that the text
// was recognised in. A recogniser such as Whisper writes the words and says roughly
// when a sentence begins and ends; what lies between is left open.
//
// The words of a sentence tile its speech: each takes as long as its letters suggest at
// the sentence's own pace, begins where the sound changes, and does not cross a pause if
// that can be avoided. Dynamic programming finds the arrangement that fits best as a
// whole. It knows no language's sounds and no voice, so it is only as exact as that:
// over synthetic sentences half of all words begin within 0.04 s of the truth, and nine
// of ten within 0.15 s.
package align

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rate of the samples, per second.
const Rate = 16000

// Span is a stretch of time, in seconds from the first sample.
type Span struct{ Start, End float64 }

// Sentence is words and the time in which the recogniser believes they are spoken,
// which may be inexact.
type Sentence struct {
	Span
	Words []string
}

// Words finds the place of each word of the sentences, which follow each other, within
// speech: spans in order that do not overlap. Without any, speech may be everywhere.
//
// It returns one span per word, in order and without overlap. Each lasts 30 ms or more
// and lies within the speech, unless there is too little speech for so many words. Where
// there is none at all, the words are spread over their sentence.
func Words(samples []int16, speech []Span, sentences []Sentence) []Span {
	words := measure(sentences)
	s := listen(samples, speech)
	s.expect(words, sentences)
	if out := s.lay(words); out != nil {
		return out
	}
	return spread(words, sentences)
}

// Voice is the speech without the pauses in it: quiet stretches of 0.12 s or more. Without
// any speech there is no voice.
func Voice(samples []int16, speech []Span) []Span {
	var out []Span
	if len(speech) == 0 {
		return out
	}
	for _, f := range listen(samples, speech).frames {
		start, end := float64(f)/100, float64(f+1)/100
		if n := len(out); n > 0 && start-out[n-1].End < 0.005 {
			out[n-1].End = end
		} else {
			out = append(out, Span{start, end})
		}
	}
	return out
}

// word is a word to find a place for. Places are numbers of frames of speech.
type word struct {
	sentence    int
	first, last bool // of its sentence
	letters     float64
	opens       bool // a pause is likely before it, by the punctuation
	marked      bool // and the punctuation is something to go by

	expected, final float64 // length, and how much more before a pause
	begin, end      int     // of its sentence, by the recogniser
	from, to        int     // where the word is looked for
}

func measure(sentences []Sentence) []word {
	var words []word
	var texts []string
	stop, marked := false, false
	for i, s := range sentences {
		for j, text := range s.Words {
			words = append(words, word{sentence: i, first: j == 0, last: j == len(s.Words)-1, letters: Letters(text), opens: stop})
			texts = append(texts, text)
			stop = strings.ContainsAny(lastOf(text), ".?!。？！")
			marked = marked || stop
		}
	}
	for i := range words {
		w := &words[i]
		w.opens = w.opens || w.first
		// At a comma there may be a pause or not.
		comma := i > 0 && !w.opens && strings.ContainsAny(lastOf(texts[i-1]), ",;:")
		w.marked = marked && !comma
	}
	return words
}

// lastOf is the last character of a text.
func lastOf(text string) string {
	_, size := utf8.DecodeLastRuneInString(text)
	return text[len(text)-size:]
}

const (
	// anyWord is what a word takes however short it is, in letters.
	anyWord = 2
	// finalWord is how much longer a word before a pause takes, in letters.
	finalWord = 2
)

// Letters is how long a word takes to say, in letters, with 2 more for any word. A figure or a sign is a word of
// its own when spoken, and a character of Chinese or Japanese is a syllable.
func Letters(text string) float64 {
	n := 0.0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r), unicode.IsSymbol(r), r == '%', r == '&':
			n += 4
		case r >= 0x2E80 && unicode.IsLetter(r):
			n += 2.5
		case unicode.IsLetter(r):
			n++
		}
	}
	return anyWord + n
}

// spread divides each sentence's time among its words, where there is no better way.
func spread(words []word, sentences []Sentence) []Span {
	sum := make([]float64, len(sentences))
	for _, w := range words {
		sum[w.sentence] += w.letters
	}
	out := make([]Span, len(words))
	at := 0.0
	for i, w := range words {
		s := sentences[w.sentence]
		if w.first {
			at = max(at, s.Start)
		}
		length := max(s.End-s.Start, 0) * w.letters / sum[w.sentence]
		out[i] = Span{at, at + length}
		at += length
	}
	return out
}
