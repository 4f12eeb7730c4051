package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// spokenWord is a word of a result and its position.
type spokenWord struct {
	text       string  // in lower case, without punctuation
	segment    int     // index among the result's segments
	from, to   int     // byte offsets in the segment's text
	start, end float64 // seconds, in proportion to the letters of the segment
	letters    float64 // as counted by align.Letters
}

// wordsOf returns the words of the segments in order. Each Chinese or Japanese character counts
// as a word.
func wordsOf(segments []whisper.Segment) []spokenWord {
	var out []spokenWord
	for i, s := range segments {
		first := len(out)
		out = appendWords(out, s.Text)
		total := 0.0
		for j := first; j < len(out); j++ {
			out[j].letters = align.Letters(out[j].text)
			total += out[j].letters
		}
		at := s.Start
		for j := first; j < len(out); j++ {
			w := &out[j]
			w.segment, w.start = i, at
			at += (s.End - s.Start) * w.letters / total
			w.end = at
		}
	}
	return out
}

func appendWords(out []spokenWord, text string) []spokenWord {
	from := -1
	flush := func(to int) {
		if from >= 0 {
			out = append(out, spokenWord{text: strings.ToLower(text[from:to]), from: from, to: to})
			from = -1
		}
	}
	for i, r := range text {
		switch {
		case isSyllable(r):
			flush(i)
			from = i
			flush(i + utf8.RuneLen(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\'' || r == '’':
			if from < 0 {
				from = i
			}
		default:
			flush(i)
		}
	}
	flush(len(text))
	return out
}

// isSyllable reports whether a character belongs to a script that puts no spaces between words.
func isSyllable(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// cutSegment returns the part of a segment between two byte offsets in its text, with new
// times.
func cutSegment(s whisper.Segment, from, to int, start, end float64) whisper.Segment {
	if from == 0 && to == len(s.Text) {
		return s
	}
	skipped := len(strings.Fields(s.Text[:from]))
	n := len(strings.Fields(s.Text[from:to]))
	s.Tokens = s.Tokens * (to - from) / len(s.Text)
	s.TokenIDs = nil // it is unknown which tokens belong to these words
	s.Pieces = cutPieces(s.Pieces, from, to)
	s.Text, s.Start, s.End = s.Text[from:to], start, end
	s.CompressionRatio = whisper.CompressionRatio(s.Text)
	skipped = min(skipped, len(s.Words))
	s.Words = s.Words[skipped:min(skipped+n, len(s.Words))]
	return s
}

// cutPieces returns the pieces between two byte offsets in the text that they make up.
func cutPieces(pieces []whisper.Piece, from, to int) (kept []whisper.Piece) {
	at := 0
	for _, p := range pieces {
		if at >= from && at+len(p.Text) <= to {
			kept = append(kept, p)
		}
		at += len(p.Text)
	}
	return kept
}

// segmentsBefore returns the segments up to, but not including, a word.
func segmentsBefore(segments []whisper.Segment, words []spokenWord, word int) []whisper.Segment {
	if word >= len(words) {
		return segments
	}
	w := words[word]
	out := append([]whisper.Segment(nil), segments[:w.segment]...)
	if word > 0 && words[word-1].segment == w.segment {
		s := segments[w.segment]
		to := len(strings.TrimRightFunc(s.Text[:w.from], unicode.IsSpace))
		out = append(out, cutSegment(s, 0, to, s.Start, w.start))
	}
	return out
}

// segmentsFrom returns the segments from a word on.
func segmentsFrom(segments []whisper.Segment, words []spokenWord, word int) []whisper.Segment {
	if word >= len(words) {
		return nil
	}
	w := words[word]
	s := segments[w.segment]
	from := 0
	if word > 0 && words[word-1].segment == w.segment {
		from = w.from
		if space := strings.LastIndexFunc(s.Text[words[word-1].to:w.from], unicode.IsSpace); space >= 0 {
			from = words[word-1].to + space // the space before a word belongs to it
		}
	}
	start := s.Start
	if from > 0 {
		start = w.start
	}
	return append([]whisper.Segment{cutSegment(s, from, len(s.Text), start, s.End)}, segments[w.segment+1:]...)
}

// maxOverlap is how many words may be repeated where two texts join.
const maxOverlap = 6

// overlap returns how many words at the end of the first text are also the start of the second.
func overlap(first, second []spokenWord) int {
	for n := min(maxOverlap, len(first), len(second)); n > 0; n-- {
		same := true
		for i := range n {
			same = same && first[len(first)-n+i].text == second[i].text
		}
		if same {
			return n
		}
	}
	return 0
}
