package engine

import (
	"fmt"
	"math"
	"slices"

	"voiceflow/pkg/whisper"
)

// Spoken is how much a recording has had of each language so far, in seconds by
// its code; what was said longer ago counts less. Nil at its beginning.
type Spoken map[string]float64

const (
	// spokenFades is what is left of a recording's languages when something more
	// was said, so that a change of language is followed.
	spokenFades = 0.8
	// otherLanguages is the weight of the languages not spoken so far, where the
	// one that was spoken alone has 1: a stretch of speech must point to another
	// one 20 times as clearly to be taken for it.
	otherLanguages = 0.05
)

// And returns what was spoken with the next result of the recording.
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

// share is the part of what was spoken that was in a language.
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

// language is the most probable of the languages that may be spoken, by what the
// model heard and what was spoken before; empty where the model heard none of
// them, or was not asked.
func (c *Config) language(heard map[string]float64, before Spoken) string {
	if len(c.Languages) == 0 {
		return ""
	}
	best, highest := "", math.Inf(-1)
	for code, p := range heard {
		if !c.mayBe(code) {
			continue
		}
		p *= otherLanguages + before.share(code)
		if p > highest || p == highest && code < best {
			best, highest = code, p
		}
	}
	return best
}

// mayBe reports whether a language may be spoken, where it is to be found.
func (c *Config) mayBe(code string) bool {
	return len(c.Languages) == 0 || c.anyLanguage() || slices.Contains(c.Languages, code)
}

func (c *Config) anyLanguage() bool {
	return len(c.Languages) == 1 && c.Languages[0] == whisper.LanguageAuto
}

// checkLanguages says, by a whisper.ErrLanguage, which of the languages the model
// does not know.
func (c *Config) checkLanguages(m Model) error {
	for _, code := range append([]string{c.Params.Language}, c.Languages...) {
		if err := m.CheckLanguage(code); err != nil {
			return err
		}
	}
	if len(c.Languages) > 1 && slices.Contains(c.Languages, whisper.LanguageAuto) {
		return fmt.Errorf("%w: %q stands for all languages; give it alone, or the codes of some", whisper.ErrLanguage, whisper.LanguageAuto)
	}
	return nil
}

// expected is the language to try first: a wrong guess costs time and nothing
// else.
func (e *Engine) expected(before Spoken) string {
	if code := e.config.language(before, nil); code != "" {
		return code
	}
	if code, ok := e.spoken.Load().(string); ok {
		return code
	}
	if e.config.anyLanguage() {
		return "en"
	}
	return e.config.Languages[0]
}
