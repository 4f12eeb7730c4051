package format

import (
	"math"
	"slices"
	"strings"
)

// Limits that guidelines for subtitles agree on. Lengths are in characters, where
// Chinese, Japanese and Korean ones count twice; times are in milliseconds.
const (
	lineLength = 42
	minCue     = 1000
	maxCue     = 7000
	cueSpeed   = 20 // characters per second
	// shortPause is a silence that listeners notice, and longPause one at which a
	// subtitle must end.
	shortPause, longPause = 400, 1500
)

// Costs of a break after a word, and of other undesirable properties of a subtitle.
const (
	atSentence   = 0.0
	atPause      = 0.5
	atClause     = 1.0
	beforeClause = 2.5
	beforePhrase = 3.2
	anywhere     = 4.0
	afterOpening = 8.0 // the, of, to: words that belong to the next one
	never        = 100.0

	perCue     = 2.0
	pauseIn    = 6.0 // per pause within a subtitle
	sentenceIn = 1.5 // per end of a sentence within a subtitle
	perTooFast = 0.2 // per character per second above cueSpeed
	tooShort   = 4.0 // per second below minCue
)

// layOut turns words into subtitles. The last one ends no later than the recording,
// whose duration is in milliseconds, or 0 if unknown.
func layOut(words []spoken, duration int64) []cue {
	until := duration
	if until == 0 {
		until = math.MaxInt64
	}
	all := divide(words)
	cues := make([]cue, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		part := all[i]
		start, end := part[0].start, part[len(part)-1].end
		cues[i] = cue{start: start, end: max(end, min(start+readingTime(part), until)), text: lines(part)}
		until = start
	}
	return cues
}

// lyrics divides words into lines.
func lyrics(words []spoken) [][]spoken {
	var all [][]spoken
	for _, part := range divide(words) {
		if at := lineBreak(part); width(part) > lineLength && at > 0 {
			all = append(all, part[:at])
			part = part[at:]
		}
		all = append(all, part)
	}
	return all
}

// divide splits words into subtitles, minimising the total cost of breaks, lengths
// and reading speeds.
func divide(words []spoken) [][]spoken {
	n := len(words)
	best, from := make([]float64, n+1), make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end] = math.Inf(1)
		for begin := end - 1; begin >= 0; begin-- {
			if begin < end-1 && !fits(words[begin:end]) {
				break
			}
			if cost := best[begin] + cueCost(words, begin, end); cost < best[end] {
				best[end], from[end] = cost, begin
			}
		}
	}
	var all [][]spoken
	for end := n; end > 0; end = from[end] {
		all = append(all, words[from[end]:end])
	}
	slices.Reverse(all)
	return all
}

// fits reports whether words fit into one subtitle.
func fits(words []spoken) bool {
	if words[len(words)-1].end-words[0].start > maxCue {
		return false
	}
	for i := 1; i < len(words); i++ {
		if words[i].start-words[i-1].end >= longPause {
			return false
		}
	}
	return width(words) <= lineLength || lineBreak(words) > 0
}

func cueCost(words []spoken, begin, end int) float64 {
	c := perCue + words[end-1].after
	for i := begin; i < end-1; i++ {
		if words[i+1].start-words[i].end >= shortPause {
			c += pauseIn
		} else if words[i].after == atSentence {
			c += sentenceIn
		}
	}
	cue := words[begin:end]
	time := max(words[end-1].end-words[begin].start, readingTime(cue))
	if end < len(words) {
		time = min(time, words[end].start-words[begin].start)
	}
	if time < minCue {
		c += tooShort * float64(minCue-time) / minCue
	}
	if speed := 1000 * float64(width(cue)) / float64(max(time, 1)); speed > cueSpeed {
		c += perTooFast * min(speed-cueSpeed, 50)
	}
	return c
}

// readingTime returns how long a subtitle must be visible, in milliseconds.
func readingTime(words []spoken) int64 {
	return min(max(minCue, int64(width(words))*1000/cueSpeed), maxCue)
}

// lines returns the text of a subtitle on one line or, if necessary, two.
func lines(words []spoken) string {
	if width(words) <= lineLength {
		return join(words)
	}
	if at := lineBreak(words); at > 0 {
		return join(words[:at]) + "\n" + join(words[at:])
	}
	return join(words) // a single word longer than a line
}

// lineBreak returns the index of the first word on the second line, or 0 if two lines
// are not enough.
func lineBreak(words []spoken) (at int) {
	best, total := math.Inf(1), width(words)
	first := 0
	for i := 1; i < len(words); i++ {
		if first += words[i-1].length; i > 1 && words[i-1].space {
			first++
		}
		second := total - first
		if words[i].space {
			second--
		}
		cost := words[i-1].after + math.Abs(float64(first-second))/6
		if max(first, second) <= lineLength && cost < best && words[i-1].after < never {
			best, at = cost, i
		}
	}
	return at
}

func join(words []spoken) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 && w.space {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// width returns the length of words on one line, in characters.
func width(words []spoken) int {
	n := 0
	for i, w := range words {
		n += w.length
		if i > 0 && w.space {
			n++
		}
	}
	return n
}
