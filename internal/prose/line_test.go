package prose

import "testing"

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[2Jb\nc\u009bd":         "a [2Jb c d",
		"exe.\u202egpj":               "exe. gpj",
		"Zürich \xff\xfe 北京 a\u200cb": "Zürich ? 北京 a\u200cb",
		"":                            "",
	} {
		if got := Line(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}
