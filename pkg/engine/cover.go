package engine

import (
	"cmp"
	"context"
	"math"
	"slices"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

const (
	// maxGap is how many seconds of voice may have no words, as the model's times are rough.
	maxGap = 1.0
	// seam is how far, in seconds, a cut is moved to reach a quiet moment, so that it does not
	// split a word.
	seam = 0.3
	// restSeconds is the longest gap that is decoded in one go.
	restSeconds = 28.0
	// Text with fewer letters per second of voice than sparsePace is sparse: the model wrote a
	// repeated phrase only once, or left out what follows. Its words are taken to last as long
	// as at a slow pace, and the windows that follow are shorter, because the model writes more
	// in those.
	sparsePace, sparseSeconds, sparseRest = 3.0, 2.0, 9.0
)

// cover decodes each stretch of voice without words as a window of its own and inserts the
// words it finds. Whatever still has no words is uncovered.
func (p *passes) cover(ctx context.Context) error {
	for {
		gap, found := p.nextGap()
		if !found {
			break
		}
		from, to := p.quietest(gap.Start), p.quietest(gap.End)
		to = min(to, from+restSeconds)
		if slices.ContainsFunc(p.best.Segments, func(s whisper.Segment) bool { return p.lastWord(s) < s.End }) {
			to = min(to, from+sparseRest)
		}
		if to-from < 0.9*p.best.Duration { // otherwise the result would be the same
			r, err := p.decodeRest(ctx, from, to, p.session.decoding.Params.Temperature)
			if err != nil {
				return err
			}
			p.insert(r, from)
		}
		// Unless the gap now starts later, decoding it again would never end.
		if slices.ContainsFunc(p.gaps(), func(g align.Span) bool { return g.Start < gap.Start+seam/2 && g.End > gap.Start }) {
			p.failedSpans = append(p.failedSpans, align.Span{Start: gap.Start, End: min(gap.End, max(to, gap.Start+maxGap))})
		}
	}
	p.uncovered = p.gaps()
	return nil
}

// nextGap returns the first stretch of voice without words that has not been tried without success.
func (p *passes) nextGap() (align.Span, bool) {
	for _, gap := range p.gaps() {
		seconds := math.Inf(1)
		for _, v := range p.failedSpans {
			if v.Start < gap.End && v.End > gap.Start {
				gap, seconds = voiceBetween(p.sound.Voice, v.End, gap.End)
			}
		}
		if seconds > maxGap {
			return gap, true
		}
	}
	return align.Span{}, false
}

// gaps returns the stretches of voice without words.
func (p *passes) gaps() []align.Span {
	if len(p.sound.Voice) == 0 {
		return nil
	}
	worded := slices.Concat(p.best.Segments, p.dropped)
	for i := range p.best.Segments {
		worded[i].End = p.lastWord(worded[i])
	}
	slices.SortStableFunc(worded, func(a, b whisper.Segment) int { return cmp.Compare(a.Start, b.Start) })
	worded = append(worded, whisper.Segment{Start: math.Inf(1)})
	var out []align.Span
	at := 0.0
	for i, s := range worded {
		if i < len(worded)-1 && len(appendWords(nil, s.Text)) == 0 {
			continue
		}
		if gap, seconds := voiceBetween(p.sound.Voice, at, s.Start); seconds > maxGap {
			out = append(out, gap)
		}
		at = max(at, s.End)
	}
	return out
}

// lastWord returns when a segment's words end: with the segment, or earlier if they are sparse.
func (p *passes) lastWord(s whisper.Segment) float64 {
	_, seconds := voiceBetween(p.sound.Voice, s.Start, s.End)
	letters := 0.0
	for _, w := range wordsOf([]whisper.Segment{s}) {
		letters += w.letters
	}
	if seconds <= sparseSeconds || letters >= sparsePace*seconds {
		return s.End
	}
	left := letters / slowestPace
	for _, v := range p.sound.Voice {
		length := min(v.End, s.End) - max(v.Start, s.Start)
		if length >= left {
			return max(v.Start, s.Start) + left
		}
		left -= max(length, 0)
	}
	return s.End
}

// voiceBetween returns the stretch from the first to the last voice between two times, and how
// many seconds of it are voice.
func voiceBetween(voice []align.Span, from, to float64) (stretch align.Span, seconds float64) {
	for _, v := range voice {
		start, end := max(v.Start, from), min(v.End, to)
		if end <= start {
			continue
		}
		if seconds == 0 {
			stretch.Start = start
		}
		stretch.End = end
		seconds += end - start
	}
	return stretch, seconds
}

// quietest returns the middle of the quietest 20 ms near a time, in seconds.
func (p *passes) quietest(at float64) float64 {
	const frame = whisper.SampleRate / 50
	samples := p.sound.Samples
	best, least := at, math.Inf(1)
	from := max(int((at-seam)*whisper.SampleRate), 0)
	for i := from; i+frame <= min(int((at+seam)*whisper.SampleRate), len(samples)); i += frame / 2 {
		// Among equally quiet moments, the nearest wins.
		power := energy(samples[i : i+frame])
		if power += 1e-6 * math.Abs(float64(i+frame/2)/whisper.SampleRate-at); power < least {
			best, least = float64(i+frame/2)/whisper.SampleRate, power
		}
	}
	return best
}

// energy is the sum of the squares of samples.
func energy(samples []float32) (sum float64) {
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return sum
}

// decodeRest decodes a part of the sound as a window of its own, starting at a temperature. The
// times of its result count from the start of that part.
func (p *passes) decodeRest(ctx context.Context, from, to, temperature float64) (*passes, error) {
	a, b := int(from*whisper.SampleRate), min(int(to*whisper.SampleRate), len(p.sound.Samples))
	rest := &passes{engine: p.engine, session: p.session, slot: p.slot, rest: true, params: p.session.decoding.Params}
	rest.sound.Samples = p.sound.Samples[a:b]
	for _, v := range p.sound.Voice {
		if v.Start < to && v.End > from {
			span := align.Span{Start: max(v.Start, from) - from, End: min(v.End, to) - from}
			rest.sound.Voice = append(rest.sound.Voice, span)
		}
	}
	rest.params.BeamSize = p.params.BeamSize
	rest.params.Language = p.best.Language
	rest.params.Temperature = temperature
	if err := rest.decode(ctx); err != nil {
		return nil, err
	}
	p.took += rest.took
	p.retries += 1 + rest.retries
	return rest, nil
}

// insert adds the text of a part, which starts at a time in seconds, to the segments, and
// returns the time up to which there are words now. Doubtful text is not added.
func (p *passes) insert(rest *passes, at float64) (covered float64) {
	c := &p.session.decoding
	if c.doubtful(rest.best) && !rest.repeated {
		return 0
	}
	rest.drop()
	first := slices.IndexFunc(p.best.Segments, func(s whisper.Segment) bool { return s.Start > at+seam })
	if first < 0 {
		first = len(p.best.Segments)
	}
	segments := slices.Clone(p.best.Segments)
	earlier, later := segments[:first], segments[first:]
	sparse := first > 0 && p.lastWord(earlier[first-1]) < earlier[first-1].End
	if sparse {
		earlier[first-1].End = min(earlier[first-1].End, max(at, earlier[first-1].Start))
	}
	found := shift(rest.best.Segments, at)
	p.dropped = append(p.dropped, shift(rest.dropped, at)...)
	words := wordsOf(found)
	if n := overlap(wordsOf(earlier), words); n > 0 && !sparse {
		earlier[first-1].End = max(earlier[first-1].End, words[n-1].end)
		found = segmentsFrom(found, words, n)
		words = wordsOf(found)
	}
	if n := overlap(words, wordsOf(later)); n > 0 {
		if found = segmentsBefore(found, words, len(words)-n); len(found) > 0 {
			found[len(found)-1].End = max(found[len(found)-1].End, min(words[len(words)-1].end, later[0].Start))
		}
	}
	for _, s := range slices.Concat(earlier, found, shift(rest.dropped, at)) {
		covered = max(covered, s.End)
	}
	whole := *p.best
	whole.Segments = slices.Concat(earlier, found, later)
	whole.Temperature = max(whole.Temperature, rest.best.Temperature)
	p.best = &whole
	return covered
}

// shift returns a copy of the segments with all times moved by a number of seconds.
func shift(segments []whisper.Segment, seconds float64) []whisper.Segment {
	out := slices.Clone(segments)
	for i := range out {
		s := &out[i]
		s.Start, s.End = s.Start+seconds, s.End+seconds
		s.Words = slices.Clone(s.Words)
		for j := range s.Words {
			s.Words[j].Start += seconds
			s.Words[j].End += seconds
		}
	}
	return out
}
