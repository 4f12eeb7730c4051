package engine

import (
	"fmt"
	"math"
	"slices"

	"voiceflow/pkg/whisper"
)

// Spoken is how much of each language a recording has contained so far, in seconds by language
// code; older speech counts less. It is nil at the start of a recording.
type Spoken map[string]float64

const (
	// spokenFades is the factor by which the languages so far fade with each further result, so
	// that a change of language is picked up.
	spokenFades = 0.8
	// otherLanguages is the weight of languages that have not been spoken so far, compared with
	// 1 for a language spoken exclusively: the model must find another language about 20 times
	// as likely before it is chosen.
	otherLanguages = 0.05
)

// And returns s with the recording's next result added.
func (s Spoken) And(r *Result) Spoken {
	if r == nil || r.Language == "" || r.Text() == "" {
		return s
	}
	next := Spoken{}
	for code, seconds := range s {
		next[code] = seconds * spokenFades
	}
	next[r.Language] += r.Duration
	return next
}

// share returns the share of a language, 0 to 1; 1 if nothing has been spoken.
func (s Spoken) share(code string) float64 {
	total := 0.0
	for _, seconds := range s {
		total += seconds
	}
	if total == 0 {
		return 1
	}
	return s[code] / total
}

// language returns the most probable of the allowed languages, given what the model heard and
// what was spoken before. It is empty if the model heard none of them or was not asked.
func (c *Decoding) language(probabilities map[string]float64, before Spoken) string {
	if len(c.Languages) == 0 {
		return ""
	}
	best, highest := "", math.Inf(-1)
	for code, p := range probabilities {
		if !c.allows(code) {
			continue
		}
		p *= otherLanguages + before.share(code)
		if p > highest || p == highest && code < best {
			best, highest = code, p
		}
	}
	return best
}

// allows reports whether a detected language is one that may be spoken.
func (c *Decoding) allows(code string) bool {
	return len(c.Languages) == 0 || c.anyLanguage() || slices.Contains(c.Languages, code)
}

func (c *Decoding) anyLanguage() bool {
	return len(c.Languages) == 1 && c.Languages[0] == whisper.LanguageAuto
}

// checkLanguages returns a whisper.ErrLanguage if the model does not support one of the
// languages.
func (c *Decoding) checkLanguages(m Model) error {
	for _, code := range append([]string{c.Params.Language}, c.Languages...) {
		if err := m.CheckLanguage(code); err != nil {
			return err
		}
	}
	if len(c.Languages) > 1 && slices.Contains(c.Languages, whisper.LanguageAuto) {
		return fmt.Errorf("%w: %q stands for all languages; use it alone, or list language codes",
			whisper.ErrLanguage, whisper.LanguageAuto)
	}
	return nil
}

// firstLanguage returns the language to try first. A wrong guess only costs time.
func (s *Session) firstLanguage(before Spoken) string {
	if code := s.decoding.language(before, nil); code != "" {
		return code
	}
	if code, ok := s.spoken.Load().(string); ok {
		return code
	}
	if s.decoding.anyLanguage() {
		return "en"
	}
	return s.decoding.Languages[0]
}
