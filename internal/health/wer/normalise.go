package wer

import (
	"regexp"
	"strings"
)

// Normalise writes a text so that what people say alike is alike: without notes
// in brackets such as [music], in the words of [Words], and for English also
// without hesitations, with contractions in full, numbers in digits and American
// spelling. The language is its ISO 639-1 code; others than "en" have only the
// part that holds for all. It follows the aims of openai/whisper's
// EnglishTextNormalizer (Radford et al., "Robust Speech Recognition via
// Large-Scale Weak Supervision", 2022, appendix C); the rules are our own and
// coarser: they are for two texts that are compared, not for reading.
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
	// bracketed are notes. Stars enclose one where they touch words: not in "press
	// * to pause, * to go on".
	bracketed = regexp.MustCompile(`\[[^\]]*\]|\([^)]*\)|\*\pL(?:[^*]*\S)?\*|[♪♫]`)
	symbols   = strings.NewReplacer("’", "'", "%", " percent ", "&", " and ", "$", " dollars ", "£", " pounds ", "€", " euros ")
	// thousands are digits on both sides of a comma: 1,000.
	thousands = regexp.MustCompile(`(\d),(\d{3}\b)`)
	// initials are single letters with full stops: P.M.
	initials = regexp.MustCompile(`\b(?:\pL\.){2,}`)

	hesitations = map[string]bool{"hmm": true, "mm": true, "mhm": true, "mmm": true, "uh": true, "um": true, "er": true, "erm": true}
)

// whole are words that stand for others, as they are or shortened.
var whole = map[string][]string{
	"won't": {"will", "not"}, "can't": {"can", "not"}, "cannot": {"can", "not"}, "let's": {"let", "us"},
	"gonna": {"going", "to"}, "gotta": {"got", "to"}, "wanna": {"want", "to"}, "ok": {"okay"}, "alright": {"all", "right"},
	"mr": {"mister"}, "mrs": {"missus"}, "dr": {"doctor"}, "st": {"saint"}, "prof": {"professor"}, "vs": {"versus"},
}

// shortened are the ends of contractions.
var shortened = []struct{ end, full string }{
	{"n't", "not"}, {"'re", "are"}, {"'ve", "have"}, {"'ll", "will"}, {"'d", "would"}, {"'m", "am"}, {"'s", "is"},
}

// expand writes a contraction in full. A genitive comes out with "is", in both
// texts.
func expand(word string) []string {
	if full := whole[word]; full != nil {
		return full
	}
	for _, s := range shortened {
		if stem, ok := strings.CutSuffix(word, s.end); ok && stem != "" {
			return []string{stem, s.full}
		}
	}
	return []string{word}
}

// spellings turn British into American ones by rule. A word that has nothing to
// do with either may change, too: it does so in both texts.
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

// british are spellings without a rule.
var british = map[string]string{
	"grey": "gray", "cheque": "check", "cheques": "checks", "programme": "program", "programmes": "programs", "tyre": "tire", "tyres": "tires",
	"plough": "plow", "kerb": "curb", "aluminium": "aluminum", "jewellery": "jewelry", "cosy": "cozy", "pyjamas": "pajamas",
	"sceptical": "skeptical", "judgement": "judgment", "ageing": "aging", "fulfil": "fulfill", "enrol": "enroll",
	"skilful": "skillful", "wilful": "willful", "storey": "story", "aeroplane": "airplane", "doughnut": "donut", "practise": "practice",
	"mould": "mold", "moustache": "mustache", "manoeuvre": "maneuver", "whisky": "whiskey", "learnt": "learned", "spelt": "spelled",
}

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
