// Package language identifies Whisper's languages by code, tag, locale or name.
//
//	language.Code("en_US.UTF-8") // "en", true
package language

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// codes lists the codes of Whisper's languages, as whisper_lang_str returns them.
const codes = "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr " +
	"bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc " +
	"ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"

// aliases maps names and codes that the standards do not have to Whisper's codes.
var aliases = map[string]string{
	"nb": "no", "jv": "jw", "fil": "tl", "cmn": "zh", "sh": "sr",
	"bengali": "bn", "bokmål": "no", "bokmal": "no", "burmese": "my", "castilian": "es", "farsi": "fa", "filipino": "tl",
	"flemish": "nl", "haitian": "ht", "haitian creole": "ht", "letzeburgesch": "lb", "luxembourgish": "lb",
	"mandarin": "zh", "cantonese": "yue", "moldavian": "ro", "moldovan": "ro", "myanmar": "my", "nynorsk": "nn",
	"panjabi": "pa", "punjabi": "pa", "pashto": "ps", "pushto": "ps",
	"sinhala": "si", "sinhalese": "si", "tagalog": "tl", "valencian": "ca", "javanese": "jw", "norwegian": "no",
}

// Code returns Whisper's code for a language, given as a code (en, EN, eng), a tag
// (en-US), a locale (en_US.UTF-8), or a name in English or the language itself
// (German, Deutsch). It returns false if the language is not one of Whisper's.
func Code(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if code, found := byName(name); found {
		return code, true
	}
	name, _, _ = strings.Cut(name, "@")
	name, _, _ = strings.Cut(name, ".")
	name = strings.ReplaceAll(name, "_", "-")
	if code, found := aliases[name]; found {
		return code, true
	}
	tag, err := language.Parse(name)
	if _, unknown := err.(language.ValueError); err != nil && !unknown {
		return "", false
	}
	base, confidence := tag.Base()
	if confidence != language.Exact {
		return "", false
	}
	code := base.String()
	if alias, found := aliases[code]; found {
		code = alias
	}
	return code, isCode(code)
}

func isCode(code string) bool {
	for c := range strings.FieldsSeq(codes) {
		if c == code {
			return true
		}
	}
	return false
}

// byName finds a language by its name in English or the language itself.
func byName(name string) (string, bool) {
	if name == "" {
		return "", false // it would match languages without a name
	}
	if code, found := aliases[name]; found {
		return code, true
	}
	english := display.English.Languages()
	for code := range strings.FieldsSeq(codes) {
		tag := language.Make(code)
		if strings.ToLower(english.Name(tag)) == name || strings.ToLower(display.Self.Name(tag)) == name {
			return code, true
		}
	}
	return "", false
}
