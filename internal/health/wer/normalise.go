package wer

import (
	"regexp"
	"strings"
)

// Normalise rewrites a text so that texts that sound the same compare as equal:
// without notes in brackets such as [music], split as by [Words], and for English
// also without hesitations, and with expanded contractions, numbers as digits and
// American spelling. The language is an ISO 639-1 code; for languages other than
// "en" only the first two apply. It has the same aims as the
// EnglishTextNormalizer of openai/whisper (Radford et al., "Robust Speech
// Recognition via Large-Scale Weak Supervision", 2022, appendix C), but its own,
// coarser rules: the result is for comparing, not for reading.
func Normalise(text, language string) string {
	text = bracketed.ReplaceAllString(text, " ")
	if language != "en" {
		return strings.Join(Words(text), " ")
	}
	text = symbols.Replace(text)
	text = thousands.ReplaceAllString(text, "$1$2")
	text = initials.ReplaceAllStringFunc(text, func(s string) string { return strings.ReplaceAll(s, ".", "") })
	var words []string
	for _, word := range Words(text) {
		if !hesitations[word] {
			words = append(words, expand(word)...)
		}
	}
	words = digits(words)
	for i, word := range words {
		words[i] = american(word)
	}
	return strings.Join(words, " ")
}

var (
	// bracketed matches notes. Asterisks enclose a note only if they touch its
	// words, unlike in "press * to pause, * to go on".
	bracketed = regexp.MustCompile(`\[[^\]]*\]|\([^)]*\)|\*\pL(?:[^*]*\S)?\*|[♪♫]`)
	symbols   = strings.NewReplacer("’", "'", "%", " percent ", "&", " and ",
		"$", " dollars ", "£", " pounds ", "€", " euros ")
	// thousands matches a thousands separator with digits on both sides: 1,000.
	thousands = regexp.MustCompile(`(\d),(\d{3}\b)`)
	// initials matches single letters with full stops: P.M.
	initials = regexp.MustCompile(`\b(?:\pL\.){2,}`)

	hesitations = map[string]bool{
		"hmm": true, "mm": true, "mhm": true, "mmm": true, "uh": true, "um": true, "er": true, "erm": true,
	}
)

// expansions maps words to the words they stand for.
var expansions = map[string][]string{
	"won't": {"will", "not"}, "can't": {"can", "not"}, "cannot": {"can", "not"}, "let's": {"let", "us"},
	"gonna": {"going", "to"}, "gotta": {"got", "to"}, "wanna": {"want", "to"}, "ok": {"okay"}, "alright": {"all", "right"},
	"mr": {"mister"}, "mrs": {"missus"}, "dr": {"doctor"}, "st": {"saint"}, "prof": {"professor"}, "vs": {"versus"},
}

// contractions lists the endings of contractions and the words they stand for.
var contractions = []struct{ end, full string }{
	{"n't", "not"}, {"'re", "are"}, {"'ve", "have"}, {"'ll", "will"}, {"'d", "would"}, {"'m", "am"}, {"'s", "is"},
}

// expand returns a contraction in full. A genitive ('s) becomes "is", too, but in
// both texts.
func expand(word string) []string {
	if full := expansions[word]; full != nil {
		return full
	}
	for _, s := range contractions {
		if stem, ok := strings.CutSuffix(word, s.end); ok && stem != "" {
			return []string{stem, s.full}
		}
	}
	return []string{word}
}

// spellings turns British into American spelling by rule. Unrelated words may
// change, too, but in both texts.
var spellings = []struct {
	pattern *regexp.Regexp
	to      string
}{
	{regexp.MustCompile(`([a-z]{3})our(ed|er|ers|ing|ite|ites|able|ably|hood|s|al|less|ful)?$`), "${1}or$2"},
	{regexp.MustCompile(`([a-z]{2})is(e|ed|es|er|ers|ing|ation|ations)$`), "${1}iz$2"},
	{regexp.MustCompile(`([a-z]{2})ys(e|ed|es|er|ers|ing)$`), "${1}yz$2"},
	{regexp.MustCompile(`([a-z]{2}[tb])re(s|d)?$`), "${1}er$2"},
	{regexp.MustCompile(`([a-z]{2}[aeiou])ll(ed|er|ers|ing|or|ors)$`), "${1}l$2"},
	{regexp.MustCompile(`([a-z]{2})ogue(s)?$`), "${1}og$2"},
	{regexp.MustCompile(`(def|off|lic|pret)ence(s)?$`), "${1}ense$2"},
}

// british maps British spellings that follow no rule to their American
// counterparts.
var british = map[string]string{
	"grey": "gray", "cheque": "check", "cheques": "checks", "programme": "program", "programmes": "programs",
	"tyre": "tire", "tyres": "tires", "plough": "plow", "kerb": "curb", "aluminium": "aluminum",
	"jewellery": "jewelry", "cosy": "cozy", "pyjamas": "pajamas", "sceptical": "skeptical",
	"judgement": "judgment", "ageing": "aging", "fulfil": "fulfill", "enrol": "enroll",
	"skilful": "skillful", "wilful": "willful", "storey": "story", "aeroplane": "airplane",
	"doughnut": "donut", "practise": "practice", "mould": "mold", "moustache": "mustache",
	"manoeuvre": "maneuver", "whisky": "whiskey", "learnt": "learned", "spelt": "spelled",
}

// american returns the American spelling of a word.
func american(word string) string {
	if to, ok := british[word]; ok {
		return to
	}
	for _, s := range spellings {
		if to := s.pattern.ReplaceAllString(word, s.to); to != word {
			return to
		}
	}
	return word
}
