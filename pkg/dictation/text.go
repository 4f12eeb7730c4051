package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is a state of the dictation.
type text struct {
	body string
	// preceding is the end of the text before the body; see Follow.
	preceding string
	// joined means that no space may follow, for example after a hyphen.
	joined bool
	// spoken means that the end of body was inserted by a command. A spoken mark
	// replaces the recogniser's own punctuation, but not another spoken mark.
	spoken bool
	// fixed is the length of the part of body that can no longer change.
	fixed int
}

// marks are the punctuation marks that recognisers add.
const marks = ",.;:!?…、。，．；：！？｡､"

// blanks are the spaces that occur within a line.
const blanks = " \u00a0\u202f\u3000"

// add appends a piece of an utterance.
func (t *text) add(p piece, capitals bool) {
	if p.kind >= closing {
		t.command(p)
		return
	}
	added := p.text
	if p.fresh {
		added = t.gap(added) + added
	}
	if capitals && p.kind != word {
		added = capitalise(t.body, added)
	}
	t.body += added
	t.joined, t.spoken = false, false
}

// command appends the text that a command inserts.
func (t *text) command(p piece) {
	if p.kind == apart && !t.spoken { // "one, dash, two"
		t.body = t.body[:t.fixed] + strings.TrimRight(t.body[t.fixed:], ","+blanks)
	}
	attached := p.kind == closing || p.kind == joining // to the word before
	if attached {
		// The recogniser's punctuation stays before a line break, which is not a mark.
		t.trim(p.text == "" || strings.TrimSpace(p.text) != "")
	} else if end := t.end(); !t.joined && spaceMayFollow(end) && !(isWide(lastRune(end)) && isWide(firstRune(p.text))) {
		t.body += " "
	}
	// The mark may be there already if trim had to keep it: "Hello." or "8 a.m."
	// before "full stop".
	present := attached && !t.spoken && p.text != "" && strings.HasSuffix(t.body, p.text)
	if !present {
		t.body += p.text
	}
	t.joined = p.kind == opening || p.kind == joining
	t.spoken = true
}

// trim removes blanks from the end, and with andMarks also the recogniser's
// punctuation, except the dot of an abbreviation such as "U.S.".
func (t *text) trim(andMarks bool) {
	if t.spoken {
		return
	}
	loose := strings.TrimRight(t.body[t.fixed:], blanks)
	for andMarks && loose != "" && strings.ContainsRune(marks, lastRune(loose)) && !isDotted(loose) {
		_, size := utf8.DecodeLastRuneInString(loose)
		loose = strings.TrimRight(loose[:len(loose)-size], blanks)
	}
	t.body = t.body[:t.fixed] + loose
}

// end returns the body, or if that is empty, the end of the text before it.
func (t *text) end() string {
	if t.body == "" {
		return t.preceding
	}
	return t.body
}

// gap returns the space, if any, to insert between the text and next.
func (t *text) gap(next string) string {
	end := t.end()
	if t.joined || !spaceMayFollow(end) || closes(next) {
		return ""
	}
	last, first := lastRune(end), firstRune(next)
	if isWide(last) && isWide(first) || isWideMark(last) || isWideMark(first) {
		return ""
	}
	return " "
}

// spaceMayFollow reports whether a word after the text must be separated from it by
// a space.
func spaceMayFollow(text string) bool {
	return text != "" && !unicode.IsSpace(lastRune(text)) && !opens(text)
}

// opens reports whether a text ends in an opening bracket or quote. Quotes that
// look the same on both sides, or that languages use either way round, are opening
// ones if they are separate from the word before.
func opens(text string) bool {
	r, size := utf8.DecodeLastRuneInString(text)
	if unicode.Is(unicode.Ps, r) || strings.ContainsRune("¿¡", r) {
		return true
	}
	if !isQuote(r) {
		return false
	}
	before := lastRune(text[:len(text)-size])
	apart := len(text) == size || unicode.IsSpace(before) || unicode.Is(unicode.Ps, before)
	// French has a space inside: "« oui »".
	return apart && (r != '»' || len(text) == size)
}

// closes reports whether a text begins with punctuation that is attached to the
// word before: a mark, a closing bracket or a closing quote, but not a dot that
// begins a word, as in ".NET" and ".5".
func closes(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	after := firstRune(text[size:])
	switch {
	case unicode.Is(unicode.Pe, r):
		return true
	case strings.ContainsRune(marks, r):
		return r != '.' || !isWordRune(after)
	case isQuote(r):
		ends := len(text) == size || unicode.IsSpace(after) || strings.ContainsRune(marks, after)
		return ends && r != '«'
	}
	return false
}

func isQuote(r rune) bool {
	return r == '"' || r == '\'' || unicode.Is(unicode.Pi, r) || unicode.Is(unicode.Pf, r)
}

// isWide reports whether r belongs to a script written without spaces: Han, kana
// and Bopomofo, with their punctuation. Korean uses spaces.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r == 'ー' || isWideMark(r)
}

// isWideMark reports whether r is full-width punctuation, which includes its space.
func isWideMark(r rune) bool {
	isBlock := r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff65 || r == '・'
	return isBlock && (unicode.IsPunct(r) || r == 0x3000)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// undo restores the state before an utterance: the first keep bytes of the body
// stay, and are followed by that of text.
type undo struct {
	keep int
	text text // its body is only the part after keep
}

// undoTo returns the undo that restores start when the body has become body.
func undoTo(start text, body string) undo {
	keep := commonPrefix(start.body, body)
	// A copy, so that the whole text does not stay in memory.
	start.body = strings.Clone(start.body[keep:])
	return undo{keep: keep, text: start}
}

func (u undo) apply(now text) text {
	old := u.text
	old.body = now.body[:u.keep] + old.body
	return old
}
