package engine

import (
	"context"
	"slices"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

const (
	// maxRepeats is how many times a phrase may be repeated: "very very very good" is normal,
	// four times in a row is a loop unless two passes heard it.
	maxRepeats = 3
	// maxPhraseWords is the length of the longest phrase that findLoop looks for.
	maxPhraseWords = 40
	// maxBreaks is how many loops are broken per window.
	maxBreaks = 3
	// How fast people speak, in letters per second of voice as counted by align.Letters:
	// prompts have 10 to 20. Loops fill a window with as many tokens as the model may write, or
	// with one phrase every two seconds.
	slowestPace, fastestPace = 6, 32
)

// loop is a phrase of a number of words that repeats too often, from one word up to another.
type loop struct{ from, to, phrase int }

// findLoop finds the first loop, with the shortest phrase.
func findLoop(words []spokenWord) (loop, bool) {
	best, found := loop{}, false
	for size := 1; size <= min(maxPhraseWords, len(words)/2); size++ {
		same := 0 // consecutive words that equal the word one phrase earlier
		for i := size; i <= len(words); i++ {
			if i < len(words) && words[i].text == words[i-size].text {
				same++
				continue
			}
			if same >= size*maxRepeats {
				l := loop{from: i - same - size, to: i, phrase: size}
				if !found || l.from < best.from {
					best, found = l, true
				}
				break
			}
			same = 0
		}
	}
	return best, found
}

// repeats reports whether a text contains a loop.
func repeats(text string) bool {
	_, found := findLoop(appendWords(nil, text))
	return found
}

// sameLoop reports whether two results repeat the same phrase about equally often, at a pace
// that a person can speak. In that case somebody really repeats it.
func (p *passes) sameLoop(a, b *whisper.Result) bool {
	wordsA, wordsB := wordsOf(a.Segments), wordsOf(b.Segments)
	loopA, foundA := findLoop(wordsA)
	loopB, foundB := findLoop(wordsB)
	if !foundA || !foundB || !samePhrase(wordsA, loopA, wordsB, loopB) {
		return false
	}
	lengthA, lengthB := loopA.to-loopA.from, loopB.to-loopB.from
	if difference := max(lengthA-lengthB, lengthB-lengthA); difference > max(lengthA/4, 2*loopA.phrase) {
		return false
	}
	return p.sayable(wordsA, a.Duration) && p.sayable(wordsB, b.Duration)
}

// samePhrase reports whether two loops have the same words, whichever word they start with.
func samePhrase(wordsA []spokenWord, a loop, wordsB []spokenWord, b loop) bool {
	if a.phrase != b.phrase {
		return false
	}
	phrase := func(words []spokenWord, l loop) (out []string) {
		for _, w := range words[l.from : l.from+l.phrase] {
			out = append(out, w.text)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(phrase(wordsA, a), phrase(wordsB, b))
}

// sayable reports whether a person could say the words in the available voice or, if no
// detector has run, in the whole time.
func (p *passes) sayable(words []spokenWord, duration float64) bool {
	letters := 0.0
	for _, w := range words {
		letters += w.letters
	}
	if _, seconds := voiceBetween(p.sound.Voice, 0, duration); seconds > 0 {
		return letters > slowestPace*seconds && letters < fastestPace*seconds
	}
	return letters < fastestPace*duration
}

// breakLoop cuts a loop off after its first phrase and decodes the remaining audio as a window
// of its own, at the next temperature. If that repeats the same phrase, somebody really does.
func (p *passes) breakLoop(ctx context.Context) error {
	c := &p.session.decoding
	for range maxBreaks {
		words := wordsOf(p.best.Segments)
		l, found := findLoop(words)
		if !found || p.repeated {
			return nil
		}
		at := l.from + l.phrase
		from, to := words[at].start, p.best.Duration
		kept, later := segmentsBefore(p.best.Segments, words, at), []whisper.Segment(nil)
		if p.long() { // the library recovers in its next window
			last := words[l.to-1].segment
			to, later = p.best.Segments[last].End, p.best.Segments[last+1:]
		}
		if l.from == 0 && !p.long() { // it has already been decoded at all temperatures
			p.setSegments(kept)
			p.failedSpans = append(p.failedSpans, align.Span{Start: from, End: to})
			return nil
		}
		rest, err := p.decodeRest(ctx, from, min(to, from+restSeconds), p.params.Temperature+c.TemperatureInc)
		if err != nil {
			return err
		}
		again := wordsOf(rest.best.Segments)
		if l2, same := findLoop(again); same && samePhrase(words, l, again, l2) && rest.sayable(again, rest.best.Duration) {
			p.repeated = true
			return nil
		}
		p.setSegments(slices.Concat(kept, later))
		if p.insert(rest, from) == 0 {
			p.failedSpans = append(p.failedSpans, align.Span{Start: from, End: to})
		}
	}
	return nil
}

// setSegments replaces the segments of the best result.
func (p *passes) setSegments(segments []whisper.Segment) {
	r := *p.best
	r.Segments = segments
	p.best = &r
}
