package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is a state of the dictation.
type text struct {
	body string
	// added is what the current utterance adds to the body. It is separate because
	// adding to a string copies it.
	added []byte
	// preceding is the end of the text before the body; see Follow.
	preceding string
	// joined means that no space may follow, for example after a hyphen.
	joined bool
	// spoken means that the end of the text was inserted by a command. A spoken mark
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
		added = capitalise(t.tail(maxWord), added)
	}
	t.added = append(t.added, added...)
	t.joined, t.spoken = false, false
}

// command appends the text that a command inserts.
func (t *text) command(p piece) {
	if p.kind == apart && !t.spoken { // "one, dash, two"
		t.trimRight(func(s string) string { return strings.TrimRight(s, ","+blanks) })
	}
	attached := p.kind == closing || p.kind == joining // to the word before
	if attached {
		// The recogniser's punctuation stays before a line break, which is not a mark.
		t.trim(p.text == "" || strings.TrimSpace(p.text) != "")
	} else if end := t.end(); !t.joined && spaceMayFollow(end) && !(isWide(lastRune(end)) && isWide(firstRune(p.text))) {
		t.added = append(t.added, ' ')
	}
	// The mark may be there already if trim had to keep it: "Hello." or "8 a.m."
	// before "full stop".
	present := attached && !t.spoken && p.text != "" && strings.HasSuffix(t.tail(len(p.text)), p.text)
	if !present {
		t.added = append(t.added, p.text...)
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
	t.trimRight(func(s string) string {
		s = strings.TrimRight(s, blanks)
		for andMarks && s != "" && strings.ContainsRune(marks, lastRune(s)) && !isDotted(s[max(len(s)-maxDotted, 0):]) {
			_, size := utf8.DecodeLastRuneInString(s)
			s = strings.TrimRight(s[:len(s)-size], blanks)
		}
		return s
	})
}

// maxDotted is longer than any abbreviation with dots, in bytes.
const maxDotted = 64

// trimRight lets trim shorten the part of the text that can change, as long as it does.
func (t *text) trimRight(trim func(string) string) {
	for {
		loose := t.tail(2 * maxDotted)
		loose = loose[max(len(loose)-(t.len()-t.fixed), 0):]
		removed := len(loose) - len(trim(loose))
		fromAdded := min(removed, len(t.added))
		t.added = t.added[:len(t.added)-fromAdded]
		t.body = t.body[:len(t.body)-(removed-fromAdded)]
		if removed == 0 || removed < len(loose) {
			return
		}
	}
}

func (t *text) len() int { return len(t.body) + len(t.added) }

// tail returns about the last n bytes of the text, or more.
func (t *text) tail(n int) string {
	if len(t.added) == 0 {
		return t.body
	}
	if n >= len(t.added) {
		return t.body[cutBefore(t.body, len(t.body)-n):] + string(t.added)
	}
	return string(t.added[cutBefore(t.added, len(t.added)-n):])
}

// cutBefore returns where the character at byte i of s begins, 0 if i is negative.
func cutBefore[S string | []byte](s S, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return max(i, 0)
}

// settle ends an utterance.
func (t *text) settle() {
	t.body += string(t.added)
	t.added = nil
}

// is reports whether the text is in the same state as a settled one.
func (t *text) is(other *text) bool {
	return len(t.added) == 0 && len(t.body) == len(other.body) && t.joined == other.joined && t.spoken == other.spoken
}

// end returns the end of the text, or if it is empty, that of the text before it.
func (t *text) end() string {
	if t.len() == 0 {
		return t.preceding
	}
	const twoCharacters = 2 * utf8.UTFMax
	return t.tail(twoCharacters)
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

// undo restores the settled state before an utterance: the first keep bytes of the body
// stay, and are followed by that of text.
type undo struct {
	keep int
	text text // its body is only the part after keep
}

// undoTo returns the undo that restores start when the body has become body.
func undoTo(start text, body string) undo {
	keep := CommonPrefix(start.body, body)
	// A copy, so that the whole text does not stay in memory.
	start.body = strings.Clone(start.body[keep:])
	return undo{keep: keep, text: start}
}

func (u undo) apply(now text) text {
	old := u.text
	old.body = now.body[:u.keep] + old.body
	return old
}
