package engine

import (
	"regexp"
	"strings"

	"voiceflow/pkg/whisper"
)

// soundNote matches text that only describes sounds, in the forms that Whisper learned from
// subtitles: [Music], (bell dings), *sighs*, ♪. blankNote matches notes that there is nothing
// to hear.
var (
	soundNote = regexp.MustCompile(`^(?:[\s.,!?…-]*(?:` +
		`\[[^\]]*\]|\([^)]*\)|【[^】]*】|（[^）]*）|\*[^*]+\*|[♪♫♬🎵🎶]+))+[\s.,!?…-]*$`)
	blankNote = regexp.MustCompile(`(?i)^\s*[\[(]\s*(?:` +
		`blank_audio|blank audio|silence|no audio|no speech|inaudible)\s*[\])][\s.]*$`)
)

// Signs that text was invented.
const (
	// unsureLogprob is the mean log probability below which a text counts as unsure. Single
	// words that people really say are usually above it.
	unsureLogprob = -0.5
	// Over more than thinSeconds of voice, text with fewer letters per second than thinPace is
	// thin: saying it would take a fraction of that time.
	thinSeconds, thinPace = 2.0, 4.0
)

// drop removes text that nobody said from the best result.
func (p *passes) drop() {
	c := &p.session.decoding
	if c.KeepAll {
		return
	}
	alone := true // the result contains nothing but inventions
	for _, s := range p.best.Segments {
		alone = alone && inventionIn(s.Text, p.best.Language) != unknown
	}
	var kept []whisper.Segment
	for _, s := range p.best.Segments {
		if p.isNote(s) || p.isMadeUp(s, alone) {
			p.dropped = append(p.dropped, s)
		} else {
			kept = append(kept, s)
		}
	}
	p.setSegments(kept)
}

// isNote reports whether a segment is an unwanted note about a sound.
func (p *passes) isNote(s whisper.Segment) bool {
	return blankNote.MatchString(s.Text) || !p.session.decoding.SoundNotes && soundNote.MatchString(s.Text)
}

// isMadeUp reports whether a segment was probably invented. Several signs count. A phrase that
// Whisper is known to invent needs two of them, which clear speech does not show; a subtitle
// credit needs one. Any other text needs more: the model heard no speech and finds the text
// unlikely, as in openai/whisper.
func (p *passes) isMadeUp(s whisper.Segment, alone bool) bool {
	c, r := &p.session.decoding, p.best
	silence := r.NoSpeechProb > c.Params.NoSpeechThreshold
	thin := p.isThin(s)
	doubts := 0
	for _, sign := range []bool{
		silence && alone, // covers the whole window, so says little about one sentence of several
		s.AvgLogprob < unsureLogprob,
		thin,
		s.CompressionRatio > c.CompressionRatioThreshold,
	} {
		if sign {
			doubts++
		}
	}
	switch inventionIn(s.Text, r.Language) {
	case credit:
		return doubts >= 1 || silence
	case phrase:
		return doubts >= 2
	}
	return silence && (s.AvgLogprob < c.Params.LogprobThreshold || thin && s.AvgLogprob < unsureLogprob)
}

// isThin reports whether a segment has far more voice than its words need.
func (p *passes) isThin(s whisper.Segment) bool {
	_, seconds := voiceBetween(p.sound.Voice, s.Start, s.End)
	letters := 0.0
	for _, w := range wordsOf([]whisper.Segment{s}) {
		letters += w.letters
	}
	return seconds > thinSeconds && letters < thinPace*seconds
}

// invention classifies text that Whisper is known to invent.
type invention int

const (
	unknown invention = iota
	phrase            // something that people also say
	credit            // something that only subtitles end with
)

// inventionIn classifies a text as a whole.
func inventionIn(text, language string) invention {
	plain := plainText(text)
	if plain == "" {
		return unknown
	}
	for _, start := range credits {
		if strings.HasPrefix(plain+" ", start+" ") {
			return credit
		}
	}
	if strings.Contains(" "+plain+" ", " amara org ") {
		return credit
	}
	for _, code := range []string{language, "en"} {
		for _, p := range phrases[code] {
			if plain == p || plain == p+" "+p {
				return phrase
			}
		}
	}
	return unknown
}

// plainText returns a text's words, separated by single spaces.
func plainText(text string) string {
	var words []string
	for _, w := range appendWords(nil, text) {
		words = append(words, w.text)
	}
	return strings.Join(words, " ")
}
