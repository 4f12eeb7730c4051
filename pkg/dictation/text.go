package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is the dictation at one moment.
type text struct {
	body string
	// after is the end of what the body comes behind, see Follow.
	after string
	// joined says that no space follows, whatever comes, as after a hyphen.
	joined bool
	// spoken says that the end of body is by a command. The recogniser's own
	// punctuation gives way to a spoken mark, a mark that was spoken stays.
	spoken bool
	// floor is the length of the beginning of body that cannot change any more.
	floor int
}

// marks are the punctuation that a recogniser adds by itself.
const marks = ",.;:!?…、。，．；：！？｡､"

// blanks are the spaces within a line.
const blanks = " \u00a0\u202f\u3000"

// add puts a piece of an utterance behind the text.
func (t *text) add(p piece, capitals bool) {
	if p.kind >= closing {
		t.command(p)
		return
	}
	said := p.text
	if p.fresh {
		said = t.gap(said) + said
	}
	if capitals && p.kind != word {
		said = capitalise(t.body, said)
	}
	t.body += said
	t.joined, t.spoken = false, false
}

// command puts what a command inserts behind the text.
func (t *text) command(p piece) {
	before := p.kind == closing || p.kind == joining
	if before {
		// A line end is no mark in place of the recogniser's: that one stays.
		t.trim(p.text == "" || strings.TrimSpace(p.text) != "")
	} else if end := t.end(); !t.joined && spaceMayFollow(end) && !(isWide(lastRune(end)) && isWide(firstRune(p.text))) {
		t.body += " "
	}
	// What trim had to leave may be the mark: "Hello." and "full stop", or
	// "8 a.m." and "full stop".
	isThere := before && !t.spoken && p.text != "" && strings.HasSuffix(t.body, p.text)
	if !isThere {
		t.body += p.text
	}
	t.joined = p.kind == opening || p.kind == joining
	t.spoken = true
}

// trim cuts blanks off the end, and the recogniser's punctuation if asked to,
// but the dot of an abbreviation such as "U.S.".
func (t *text) trim(andMarks bool) {
	if t.spoken {
		return
	}
	loose := strings.TrimRight(t.body[t.floor:], blanks)
	for andMarks && loose != "" && strings.ContainsRune(marks, lastRune(loose)) && !isDotted(loose) {
		_, size := utf8.DecodeLastRuneInString(loose)
		loose = strings.TrimRight(loose[:len(loose)-size], blanks)
	}
	t.body = t.body[:t.floor] + loose
}

// end is the body, or else what it comes behind.
func (t *text) end() string {
	if t.body == "" {
		return t.after
	}
	return t.body
}

// gap is the space between the text and what is said next.
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

// spaceMayFollow tells whether a text ends in a word or a mark that a space
// sets apart from a word behind it.
func spaceMayFollow(text string) bool {
	return text != "" && !unicode.IsSpace(lastRune(text)) && !opens(text)
}

// opens tells whether a text ends in an opening bracket or quote. A quote that
// looks the same on both sides, and those that languages use either way, open
// if they stand apart from the word before.
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
	// French sets a space inside: "« oui »".
	return apart && (r != '»' || len(text) == size)
}

// closes tells whether a text begins with punctuation that belongs to the word
// before: a mark, a closing bracket or a closing quote. A dot that a word
// follows, as in ".NET" and ".5", does not.
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

// isWide tells whether r belongs to a script that is written without spaces:
// Han, Kana and Bopomofo with their punctuation. Korean has spaces.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r == 'ー' || isWideMark(r)
}

// isWideMark tells whether r is punctuation with space of its own about it.
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

// undo is how to take an utterance back: the first keep bytes stay, then
// follows what text says.
type undo struct {
	keep int
	text text // whose body has the rest only
}

// undoTo returns how to get back to start from body.
func undoTo(start text, body string) undo {
	keep := commonPrefix(start.body, body)
	// Copied, not cut, to hold no whole text in memory.
	start.body = strings.Clone(start.body[keep:])
	return undo{keep: keep, text: start}
}

func (u undo) apply(now text) text {
	old := u.text
	old.body = now.body[:u.keep] + old.body
	return old
}
