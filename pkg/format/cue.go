package format

import (
	"math"
	"strings"
	"unicode"

	"voiceflow/pkg/event"
)

// maxMillis limits times, to about 31,000 years, so that sums do not overflow.
const maxMillis = 1e15

// cue is a subtitle or a segment with text. Times are in milliseconds.
type cue struct {
	start, end int64 // 0 <= start <= end
	text       string
}

// cues returns the segments of t whose text is not empty after clean.
func cues(t *event.Transcript, clean func(string) string) []cue {
	segments := t.Segments
	if len(segments) == 0 {
		segments = []event.Segment{{Start: t.Start, End: t.End, Text: t.Text}}
	}
	var all []cue
	for _, s := range segments {
		if text := clean(s.Text); text != "" {
			start := millis(s.Start)
			all = append(all, cue{start: start, end: max(start, millis(s.End)), text: text})
		}
	}
	return all
}

// subtitles returns the cues for srt and vtt: laid out for reading if word times are
// known, otherwise one per segment.
func subtitles(t *event.Transcript) []cue {
	if words := spokenWords(t); len(words) > 0 {
		return layOut(words, millis(t.Duration))
	}
	return cues(t, noBlankLines)
}

func millis(seconds float64) int64 {
	ms := math.Round(seconds * 1000)
	if !(ms > 0) { // including NaN
		return 0
	}
	return int64(min(ms, maxMillis))
}

// Line returns text as one line, as in txt: without tabs and control characters.
func Line(text string) string { return oneLine(text) }

// oneLine returns text on one line without tabs and control characters.
func oneLine(text string) string {
	return strings.ReplaceAll(noBlankLines(text), "\n", " ")
}

// noBlankLines returns text without blank lines, tabs and control characters.
func noBlankLines(text string) string {
	var lines []string
	for line := range strings.SplitSeq(plain(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// plain replaces all kinds of line breaks by \n and control characters by spaces,
// because programs disagree on what ends a line. Invalid UTF-8 becomes U+FFFD.
func plain(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(plainRune, strings.ToValidUTF8(text, "\uFFFD"))
}

func plainRune(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
		return '\n'
	case r == '\uFEFF':
		return -1
	case unicode.IsControl(r):
		return ' '
	}
	return r
}
