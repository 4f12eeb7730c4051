package format

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"voiceflow/pkg/event"
)

// spoken is a word with its punctuation, as shown in a subtitle.
type spoken struct {
	text       string
	space      bool    // preceded by a space
	length     int     // in characters
	start, end int64   // in milliseconds
	after      float64 // cost of a break after it
}

// spokenWords returns the words of all segments, or nil if no word times are known.
func spokenWords(t *event.Transcript) []spoken {
	if !slices.ContainsFunc(t.Segments, func(s event.Segment) bool { return len(s.Spoken) > 0 }) {
		return nil
	}
	var all []spoken
	for _, s := range t.Segments {
		rest := s.Text
		words := s.Spoken
		if len(words) == 0 {
			words = spread(s)
		}
		for i, w := range words {
			word := spoken{text: oneLine(w.Word), space: true, start: millis(w.Start), end: millis(w.End)}
			if at := strings.Index(rest, w.Word); at >= 0 {
				word.space = at > 0 || i == 0 && !unspaced(w.Word)
				rest = rest[at+len(w.Word):]
			}
			if n := len(all); n > 0 {
				word.start = max(word.start, all[n-1].end)
			}
			word.end = max(word.end, word.start)
			if word.length = columns(word.text); word.length > 0 {
				all = append(all, word)
			}
		}
		if n := len(all); n > 0 {
			all[n-1].after = math.Inf(-1) // tells weighBreaks that a segment ends here
		}
	}
	weighBreaks(all)
	return all
}

// spread divides the time of a segment evenly among its words, for segments without
// word times.
func spread(s event.Segment) []event.Word {
	var words []event.Word
	texts := strings.Fields(s.Text)
	for i, text := range texts {
		at := func(i int) float64 { return s.Start + (s.End-s.Start)*float64(i)/float64(len(texts)) }
		words = append(words, event.Word{Word: text, Start: at(i), End: at(i + 1)})
	}
	return words
}

// weighBreaks sets the cost of a break after each word.
func weighBreaks(words []spoken) {
	for i := range words {
		w := &words[i]
		segment := w.after < 0
		switch last := i == len(words)-1; {
		case last, endsWith(w.text, ".?!…。？！"):
			w.after = atSentence
		case words[i+1].start-w.end >= shortPause:
			w.after = atPause
		case segment, endsWith(w.text, ",;:–—、，；："):
			w.after = atClause
		case !words[i+1].space && !unspaced(words[i+1].text):
			w.after = never
		case isOneOf(w.text, openings):
			w.after = afterOpening
		case isOneOf(words[i+1].text, conjunctions):
			w.after = beforeClause
		case isOneOf(words[i+1].text, prepositions):
			w.after = beforePhrase
		default:
			w.after = anywhere
		}
	}
}

// English words that begin a clause or a phrase, and those that belong to the word
// after them. In other languages, breaks depend on punctuation and pauses only.
const (
	conjunctions = " and but or so because that which who when where while if than as after before until although "
	prepositions = " for with from without about through into over under between "
	openings     = " the a an of to in on at by for with from my your his her its our their this these" +
		" and but or is are was were very not "
)

func isOneOf(word, list string) bool {
	return strings.Contains(list, " "+strings.ToLower(word)+" ")
}

// endsWith reports whether text ends with one of the marks, ignoring closing quotes and
// brackets.
func endsWith(text, marks string) bool {
	text = strings.TrimRight(text, "\"'”’»)]」")
	r, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && strings.ContainsRune(marks, r)
}

func columns(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115F || r >= 0x2E80 && r <= 0xD7A3 || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0xFF00 && r <= 0xFF60 || r >= 0x20000 && r <= 0x3FFFD
}

// unspaced reports whether text begins with a letter of a script that is written
// without spaces.
func unspaced(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Myanmar, unicode.Khmer)
}
