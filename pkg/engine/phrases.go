package engine

import (
	"context"
	"slices"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

const (
	// A text with fewer letters than this per second of voice, over so many seconds, is
	// a phrase that the model wrote once where it is said again and again: Whisper does
	// so with every window that has nothing else in it.
	oncePace, onceSeconds = 1.5, 4.0
	// A pause between phrases is as long as this, in seconds, and as much softer than the
	// voice, in power (25 dB); a phrase is at least a second.
	shortestPause, pauseRatio, shortestPhrase = 0.14, 0.00316, 1.0
)

// sayEach decodes the segments whose text was written once for a phrase that is said again
// and again phrase by phrase, and keeps the text of these where it has more words.
func (p *passes) sayEach(ctx context.Context) error {
	for i := 0; i < len(p.best.Segments); i++ {
		s := p.best.Segments[i]
		_, seconds := within(p.sound.Voice, s.Start, s.End)
		words := wordsOf([]whisper.Segment{s})
		letters := 0.0
		for _, w := range words {
			letters += w.letters
		}
		if seconds < onceSeconds || letters == 0 || letters > oncePace*seconds {
			continue
		}
		var found []whisper.Segment
		for _, phrase := range p.phrases(s.Start, s.End) {
			r, err := p.decodeRest(ctx, phrase.Start, phrase.End, p.engine.config.Params.Temperature)
			if err != nil {
				return err
			}
			if r.drop(); !p.engine.config.doubtful(r.best) {
				found = append(found, moved(r.best.Segments, phrase.Start)...)
			}
		}
		if len(wordsOf(found)) > len(words) {
			p.keep(slices.Concat(p.best.Segments[:i], found, p.best.Segments[i+1:]))
			i += len(found) - 1
		}
	}
	return nil
}

// phrases are the stretches between pauses, from one time up to another.
func (p *passes) phrases(from, to float64) (all []align.Span) {
	const frame = whisper.SampleRate / 50
	at := int(from * whisper.SampleRate)
	samples := p.sound.Samples[at:min(int(to*whisper.SampleRate), len(p.sound.Samples))]
	var powers []float64
	for block := range slices.Chunk(samples, frame) {
		power := 0.0
		for _, v := range block {
			power += float64(v) * float64(v)
		}
		powers = append(powers, power)
	}
	if len(powers) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(powers))
	soft := pauseRatio * sorted[len(sorted)*9/10]
	seconds := func(frames int) float64 { return from + float64(frames*frame)/whisper.SampleRate }
	start, quiet := from, 0
	for i, power := range powers {
		if power <= soft {
			quiet++
			continue
		}
		middle := seconds(i - quiet/2)
		if float64(quiet*frame) >= shortestPause*whisper.SampleRate && middle-start >= shortestPhrase {
			all = append(all, align.Span{Start: start, End: middle})
			start = middle
		}
		quiet = 0
	}
	return append(all, align.Span{Start: start, End: seconds(len(powers) - quiet/2)})
}
