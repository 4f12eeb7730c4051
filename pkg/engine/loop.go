package engine

import (
	"context"
	"slices"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

const (
	// maxRepeats is how often a phrase may follow itself: "very very very good"
	// is said, four times is a loop, unless it is heard twice.
	maxRepeats = 3
	// maxPhraseWords is the longest phrase that is looked for.
	maxPhraseWords = 40
	// maxBreaks is how many loops of a window are broken.
	maxBreaks = 3
	// What people say in a second of voice, in letters as align.Letters counts them:
	// prompts have 10 to 20, loops fill a window with the most tokens that the model
	// writes, or with a phrase every two seconds.
	slowestPace, fastestPace = 6, 32
)

// loop is a phrase that follows itself too often: the words from one on, up to another.
type loop struct{ from, to, phrase int }

// findLoop finds the first loop, of the shortest phrase.
func findLoop(words []said) (loop, bool) {
	best, found := loop{}, false
	for size := 1; size <= min(maxPhraseWords, len(words)/2); size++ {
		same := 0 // words in a row that equal the one a phrase's length before
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

// repeats reports whether there is a loop in a text.
func repeats(text string) bool {
	_, found := findLoop(appendWords(nil, text))
	return found
}

// sameLoop reports whether two results say the same phrase about as often, and it can be
// said in the time that there is: somebody repeats it.
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

// samePhrase reports whether two loops have the same words, wherever they begin.
func samePhrase(wordsA []said, a loop, wordsB []said, b loop) bool {
	if a.phrase != b.phrase {
		return false
	}
	phrase := func(words []said, l loop) (out []string) {
		for _, w := range words[l.from : l.from+l.phrase] {
			out = append(out, w.text)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(phrase(wordsA, a), phrase(wordsB, b))
}

// sayable reports whether the words can be said in the voice that there is, or where
// nobody listened, in the whole time.
func (p *passes) sayable(words []said, duration float64) bool {
	letters := 0.0
	for _, w := range words {
		letters += w.letters
	}
	if _, seconds := within(p.sound.Voice, 0, duration); seconds > 0 {
		return letters > slowestPace*seconds && letters < fastestPace*seconds
	}
	return letters < fastestPace*duration
}

// breakLoop cuts a loop off where it begins, and decodes what comes after its first
// phrase as a window of its own, at the next temperature. Where that says the same again
// and again, too, somebody does.
func (p *passes) breakLoop(ctx context.Context) error {
	c := &p.engine.config
	for range maxBreaks {
		words := wordsOf(p.best.Segments)
		l, found := findLoop(words)
		if !found || p.repeated {
			return nil
		}
		at := l.from + l.phrase
		from, to := words[at].start, p.best.Duration
		kept, later := upTo(p.best.Segments, words, at), []whisper.Segment(nil)
		if p.long() { // the library goes on well in its next window
			last := words[l.to-1].segment
			to, later = p.best.Segments[last].End, p.best.Segments[last+1:]
		}
		if l.from == 0 && !p.long() { // it was decoded at all temperatures
			p.keep(kept)
			p.vain = append(p.vain, align.Span{Start: from, End: to})
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
		p.keep(slices.Concat(kept, later))
		if p.insert(rest, from) == 0 {
			p.vain = append(p.vain, align.Span{Start: from, End: to})
		}
	}
	return nil
}

// keep makes segments those of the result.
func (p *passes) keep(segments []whisper.Segment) {
	r := *p.best
	r.Segments = segments
	p.best = &r
}
