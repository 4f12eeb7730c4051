package dictation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A sentence begins at the start of the text, after a blank line, after one of
// . ! ? … followed by white space, and after one of 。 ！ ？ ． ｡. Opening brackets
// and quotes may come before its first letter. The dot after a single letter ("J.
// Smith") or after letters separated by dots ("e.g.") does not end a sentence;
// other abbreviations ("etc.", "Dr.") are not recognised. A mark before a closing
// quote does not end a sentence either, because of: "Really?" he asked.
//
// A word that contains a capital, such as "iPhone", is left unchanged.

// maxWord is longer than any word with the white space after it, in bytes.
const maxWord = 512

// capitalise returns next with a capital letter (in title case, where that differs)
// at the start of each sentence. before is the text before next.
func capitalise(before, next string) string {
	// Only the last word matters, and the text may grow for hours.
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

// sentenceBegins reports whether a sentence begins after before.
func sentenceBegins(before string) bool {
	for before != "" && opens(before) {
		_, size := utf8.DecodeLastRuneInString(before)
		before = before[:len(before)-size]
	}
	trimmed := strings.TrimRightFunc(before, unicode.IsSpace)
	space := before[len(trimmed):]
	if trimmed == "" || strings.Count(space, "\n") > 1 {
		return true
	}
	switch lastRune(trimmed) {
	case '。', '！', '？', '．', '｡':
		return true
	case '!', '?', '…':
		return space != ""
	case '.':
		return space != "" && !isDotted(trimmed) && !isInitial(trimmed)
	}
	return false
}

// hasCapital reports whether the first word of text contains a capital.
func hasCapital(text string) bool {
	end := strings.IndexFunc(text, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		end = len(text)
	}
	return strings.ContainsFunc(text[:end], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsTitle(r) })
}

// isDotted reports whether text ends in an abbreviation of several parts, such as
// "e.g." and "Ph.D.". Each part has one or two letters, unlike in "voiceflow.org."
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

// isInitial reports whether text ends in a single letter and a dot.
func isInitial(text string) bool {
	stem, cut := strings.CutSuffix(lastWord(text), ".")
	r, size := utf8.DecodeRuneInString(stem)
	return cut && size == len(stem) && unicode.IsLetter(r)
}

// lastWord returns the text after the last white space, without opening brackets
// and quotes.
func lastWord(text string) string {
	text = text[max(strings.LastIndexFunc(text, unicode.IsSpace), 0):]
	return strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || isQuote(r) || unicode.Is(unicode.Ps, r)
	})
}
