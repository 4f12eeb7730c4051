package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A sentence begins at the start of the text, after a blank line, after one of
// . ! ? … and white space, and after one of 。 ！ ？ ． ｡; opening brackets and
// quotes may stand before its first letter. The dot of a single letter ("J.
// Smith") and of letters with dots between ("e.g.") ends no sentence; that of
// other abbreviations ("etc.", "Dr.") is not told from one that does. A mark
// before a closing quote ends no sentence, for the sake of: "Really?" he asked.
//
// A word with a capital in it, such as "iPhone", stays as it is.

// maxWord is longer than a word with the white space behind it, in bytes.
const maxWord = 512

// capitalise returns next with a capital, or the letter's title case where
// that is another, at the start of each sentence. before is the text that next
// follows.
func capitalise(before, next string) string {
	// The last word is all that counts; the whole text grows for hours.
	if cut := len(before) - maxWord; cut > 0 {
		before = strings.ToValidUTF8(before[cut:], "")
	}
	all := before + next
	var b strings.Builder
	inWord := isWordRune(lastRune(before))
	for i, r := range next {
		at := len(before) + i
		if unicode.IsLower(r) && !inWord && sentenceBegins(all[:at]) && !hasCapital(all[at:]) {
			r = unicode.ToTitle(r)
		}
		inWord = isWordRune(r)
		b.WriteRune(r)
	}
	return b.String()
}

// sentenceBegins tells whether what follows before begins a sentence.
func sentenceBegins(before string) bool {
	for before != "" && opens(before) {
		_, size := utf8.DecodeLastRuneInString(before)
		before = before[:len(before)-size]
	}
	said := strings.TrimRightFunc(before, unicode.IsSpace)
	space := before[len(said):]
	if said == "" || strings.Count(space, "\n") > 1 {
		return true
	}
	switch lastRune(said) {
	case '。', '！', '？', '．', '｡':
		return true
	case '!', '?', '…':
		return space != ""
	case '.':
		return space != "" && !isDotted(said) && !isInitial(said)
	}
	return false
}

// hasCapital tells whether the word with which text begins has a capital.
func hasCapital(text string) bool {
	end := strings.IndexFunc(text, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		end = len(text)
	}
	return strings.ContainsFunc(text[:end], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsTitle(r) })
}

// isDotted tells whether text ends in an abbreviation of several parts, such as
// "e.g." and "Ph.D.". One or two letters a part tell it from "voiceflow.org."
func isDotted(text string) bool {
	stem, cut := strings.CutSuffix(lastWord(text), ".")
	parts := strings.Split(stem, ".")
	for _, p := range parts {
		n := utf8.RuneCountInString(p)
		if n < 1 || n > 2 || strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsLetter(r) }) {
			return false
		}
	}
	return cut && len(parts) > 1
}

// isInitial tells whether text ends in a single letter and a dot.
func isInitial(text string) bool {
	stem, cut := strings.CutSuffix(lastWord(text), ".")
	r, size := utf8.DecodeRuneInString(stem)
	return cut && size == len(stem) && unicode.IsLetter(r)
}

// lastWord is what follows the last white space, without opening brackets.
func lastWord(text string) string {
	text = text[max(strings.LastIndexFunc(text, unicode.IsSpace), 0):]
	return strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || isQuote(r) || unicode.Is(unicode.Ps, r)
	})
}
