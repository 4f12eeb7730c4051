package engine

import (
	"regexp"
	"strings"

	"voiceflow/pkg/whisper"
)

// soundNote is text that is nothing but notes on what is heard, in the ways in which
// Whisper was taught them by subtitles: [Music], (bell dings), *sighs*, ♪. Those that
// say that there is nothing are blankNote.
var (
	soundNote = regexp.MustCompile(`^(?:[\s.,!?…-]*(?:\[[^\]]*\]|\([^)]*\)|【[^】]*】|（[^）]*）|\*[^*]+\*|[♪♫♬🎵🎶]+))+[\s.,!?…-]*$`)
	blankNote = regexp.MustCompile(`(?i)^\s*[\[(]\s*(?:blank_audio|blank audio|silence|no audio|no speech|inaudible)\s*[\])][\s.]*$`)
)

// Signs that a text was made up.
const (
	// unsure is a mean log probability below which a text is no longer sure of itself:
	// of single words that people say it is mostly above.
	unsure = -0.5
	// thinSeconds of voice are thin where the text would be said in a fraction of them, at
	// thinPace letters a second.
	thinSeconds, thinPace = 2.0, 4.0
)

// drop takes out of the best result what nobody said.
func (p *passes) drop() {
	c := &p.engine.config
	if c.KeepAll {
		return
	}
	alone := true // there is nothing else in it
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
	p.keep(kept)
}

// isNote reports whether a segment is a note on a sound that is not wanted.
func (p *passes) isNote(s whisper.Segment) bool {
	return blankNote.MatchString(s.Text) || !p.engine.config.SoundNotes && soundNote.MatchString(s.Text)
}

// isMadeUp judges a segment by several signs. What Whisper is known to make up needs
// two of them, which people who say it clearly do not give, and a credit for subtitles
// one. Other words need more: as openai/whisper has it, that the model heard
// nobody and finds the text unlikely.
func (p *passes) isMadeUp(s whisper.Segment, alone bool) bool {
	c, r := &p.engine.config, p.best
	silence := r.NoSpeechProb > c.Params.NoSpeechThreshold
	thin := p.isThin(s)
	doubts := 0
	for _, sign := range []bool{
		silence && alone, // of the whole window, so it says little about one of several sentences
		s.AvgLogprob < unsure,
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
	return silence && (s.AvgLogprob < c.Params.LogprobThreshold || thin && s.AvgLogprob < unsure)
}

// isThin reports whether there is far more voice in a segment than its words need.
func (p *passes) isThin(s whisper.Segment) bool {
	_, seconds := within(p.sound.Voice, s.Start, s.End)
	letters := 0.0
	for _, w := range wordsOf([]whisper.Segment{s}) {
		letters += w.letters
	}
	return seconds > thinSeconds && letters < thinPace*seconds
}

// invention is a text that Whisper is known to make up.
type invention int

const (
	unknown invention = iota
	phrase            // that people say, too
	credit            // that nobody says, but subtitles end with it
)

// inventionIn reports which kind of invention a text is as a whole.
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
		for _, known := range phrases[code] {
			if plain == known || plain == known+" "+known {
				return phrase
			}
		}
	}
	return unknown
}

// plainText is a text's words with a space between them.
func plainText(text string) string {
	var words []string
	for _, w := range appendWords(nil, text) {
		words = append(words, w.text)
	}
	return strings.Join(words, " ")
}
