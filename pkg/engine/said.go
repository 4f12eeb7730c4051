package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// said is a word of a result, with its place.
type said struct {
	text       string  // in small letters, without punctuation
	segment    int     // among the result's
	from, to   int     // bytes of the segment's text
	start, end float64 // seconds, by the share of the segment's letters
	letters    float64 // as align.Letters counts them
}

// wordsOf are the words of segments in order. A character of Chinese or Japanese is a
// word here.
func wordsOf(segments []whisper.Segment) []said {
	var out []said
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

func appendWords(out []said, text string) []said {
	from := -1
	flush := func(to int) {
		if from >= 0 {
			out = append(out, said{text: strings.ToLower(text[from:to]), from: from, to: to})
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

// isSyllable reports whether a character is of a script that puts no spaces between
// words.
func isSyllable(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// part is a segment with a part of its text, from one byte to another, and its times.
func part(s whisper.Segment, from, to int, start, end float64) whisper.Segment {
	if from == 0 && to == len(s.Text) {
		return s
	}
	skipped := len(strings.Fields(s.Text[:from]))
	n := len(strings.Fields(s.Text[from:to]))
	s.Tokens = s.Tokens * (to - from) / len(s.Text)
	s.TokenIDs = nil // which of them these words are is not known
	s.Text, s.Start, s.End = s.Text[from:to], start, end
	s.CompressionRatio = whisper.CompressionRatio(s.Text)
	skipped = min(skipped, len(s.Words))
	s.Words = s.Words[skipped:min(skipped+n, len(s.Words))]
	return s
}

// upTo are the segments up to a word, and since those from a word on.
func upTo(segments []whisper.Segment, words []said, word int) []whisper.Segment {
	if word >= len(words) {
		return segments
	}
	w := words[word]
	out := append([]whisper.Segment(nil), segments[:w.segment]...)
	if word > 0 && words[word-1].segment == w.segment {
		s := segments[w.segment]
		to := len(strings.TrimRightFunc(s.Text[:w.from], unicode.IsSpace))
		out = append(out, part(s, 0, to, s.Start, w.start))
	}
	return out
}

func since(segments []whisper.Segment, words []said, word int) []whisper.Segment {
	if word >= len(words) {
		return nil
	}
	w := words[word]
	s := segments[w.segment]
	from := 0
	if word > 0 && words[word-1].segment == w.segment {
		from = w.from
		if space := strings.LastIndexFunc(s.Text[words[word-1].to:w.from], unicode.IsSpace); space >= 0 {
			from = words[word-1].to + space // the space is the word's, as with others
		}
	}
	start := s.Start
	if from > 0 {
		start = w.start
	}
	return append([]whisper.Segment{part(s, from, len(s.Text), start, s.End)}, segments[w.segment+1:]...)
}

// maxSaidTwice is how many words at a seam may be a repetition.
const maxSaidTwice = 6

// saidTwice is how many words at the end of the first are those at the start of the
// second.
func saidTwice(first, second []said) int {
	for n := min(maxSaidTwice, len(first), len(second)); n > 0; n-- {
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
