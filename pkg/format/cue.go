package format

import (
	"math"
	"strings"
	"unicode"

	"voiceflow/pkg/event"
)

// maxMillis bounds times, so that sums with them stay in range: about 31,000
// years.
const maxMillis = 1e15

// cue is a segment that has text, with its times in milliseconds.
type cue struct {
	start, end int64 // 0 <= start <= end
	text       string
}

// cues are the segments of t that have text, after it went through clean.
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

// subtitles are the cues of srt and vtt: laid out where the times of words are known,
// else the segments.
func subtitles(t *event.Transcript) []cue {
	if words := spokenWords(t); len(words) > 0 {
		return layOut(words, millis(t.Duration))
	}
	return cues(t, fewLines)
}

func millis(seconds float64) int64 {
	ms := math.Round(seconds * 1000)
	if !(ms > 0) { // also what is no number
		return 0
	}
	return int64(min(ms, maxMillis))
}

// oneLine makes of text one line without tabs and control characters.
func oneLine(text string) string {
	return strings.ReplaceAll(fewLines(text), "\n", " ")
}

// fewLines makes of text lines of which none is blank.
func fewLines(text string) string {
	var lines []string
	for line := range strings.SplitSeq(plain(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// plain leaves one kind of line break and one kind of space, and no control
// characters: programs differ in what they take for the end of a line.
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
