package engine

import (
	"context"
	"slices"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

const (
	// Text with fewer letters per second of voice than oncePace, over at least onceSeconds, is
	// a repeated phrase that the model wrote only once: Whisper does this for every window that
	// contains nothing else.
	oncePace, onceSeconds = 1.5, 4.0
	// A pause between phrases lasts at least shortestPause seconds, and its power is at most
	// pauseRatio of the voice's (25 dB less). A phrase lasts at least shortestPhrase seconds.
	shortestPause, pauseRatio, shortestPhrase = 0.14, 0.00316, 1.0
)

// decodePhrases finds segments with a repeated phrase that was written only once, decodes them
// phrase by phrase, and keeps that text if it has more words.
func (p *passes) decodePhrases(ctx context.Context) error {
	for i := 0; i < len(p.best.Segments); i++ {
		s := p.best.Segments[i]
		_, seconds := voiceBetween(p.sound.Voice, s.Start, s.End)
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
			r, err := p.decodeRest(ctx, phrase.Start, phrase.End, p.session.decoding.Params.Temperature)
			if err != nil {
				return err
			}
			if r.drop(); !p.session.decoding.doubtful(r.best) {
				found = append(found, shift(r.best.Segments, phrase.Start)...)
			}
		}
		if len(wordsOf(found)) > len(words) {
			p.setSegments(slices.Concat(p.best.Segments[:i], found, p.best.Segments[i+1:]))
			i += len(found) - 1
		}
	}
	return nil
}

// phrases returns the stretches between the pauses in a part of the sound, given in seconds.
func (p *passes) phrases(from, to float64) (all []align.Span) {
	const frame = whisper.SampleRate / 50
	at := int(from * whisper.SampleRate)
	samples := p.sound.Samples[at:min(int(to*whisper.SampleRate), len(p.sound.Samples))]
	var powers []float64
	for block := range slices.Chunk(samples, frame) {
		powers = append(powers, energy(block))
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
