package language

import (
	"strings"
	"testing"
)

func TestCode(t *testing.T) {
	for name, want := range map[string]string{
		"en": "en", "EN": "en", " en ": "en", "eng": "en", "en-US": "en", "en_us": "en", "en_US.UTF-8": "en", "English": "en", "ENGLISH": "en",
		"de": "de", "de_DE@euro": "de", "de-CH-1996": "de", "deu": "de", "German": "de", "Deutsch": "de", "español": "es", "Français": "fr",
		"zh": "zh", "zh-Hans-CN": "zh", "zh_TW.Big5": "zh", "Chinese": "zh", "Mandarin": "zh", "cmn": "zh", "yue-HK": "yue", "Cantonese": "yue",
		"nb-NO": "no", "no": "no", "Norwegian": "no", "nn": "nn", "jv": "jw", "jw": "jw", "fil-PH": "tl", "tl": "tl", "Tagalog": "tl",
		"iw": "he", "he": "he", "pt-BR": "pt", "Farsi": "fa", "Flemish": "nl", "sr-Latn": "sr", "日本語": "ja", "haw": "haw",
	} {
		if got, known := Code(name); !known || got != want {
			t.Errorf("%q: %q, %v, not %q", name, got, known, want)
		}
	}
	for _, name := range []string{"", "xx", "xx-US", "C", "C.UTF-8", "POSIX", "Klingon", "tlh", "englsh", "en,de", "auto", "no such", "und", "../en"} {
		if got, known := Code(name); known {
			t.Errorf("%q: %q", name, got)
		}
	}
	for code := range strings.FieldsSeq(codes) {
		if got, known := Code(code); !known || got != code {
			t.Errorf("%q: %q, %v", code, got, known)
		}
	}
}
