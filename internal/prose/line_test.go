package prose

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

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

// kept are the controls and format characters that may be shown.
func kept(r rune) bool { return unicode.Is(unicode.Prepended_Concatenation_Mark, r) }

// TestEveryCharacter: of all characters, those that could deceive are replaced, alone and
// within a word, and no others.
func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		bad := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && !kept(r)
		for _, text := range []string{string(r), "1" + string(r) + "2"} {
			var out bytes.Buffer
			if _, err := Escaper(&out).Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
			line := Line(text)
			if bad == strings.ContainsRune(line, r) {
				t.Fatalf("%U: Line(%+q) = %+q", r, text, line)
			}
			if whole := bad && r != '\n' && r != '\t'; whole == strings.ContainsRune(out.String(), r) {
				t.Fatalf("%U: Escaper wrote %+q for %+q", r, out.String(), text)
			}
			var back string
			if quoted, err := json.Marshal(text); err != nil {
				t.Fatal(err)
			} else if out.Reset(); true {
				_, _ = Escaper(&out).Write(quoted)
				if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != text {
					t.Fatalf("%U: %+q, %v: %s", r, back, err, out.String())
				}
			}
		}
	}
}

func TestJoiners(t *testing.T) {
	for in, want := range map[string]string{
		"می\u200cخواهم": "می\u200cخواهم", "क्\u200dष": "क्\u200dष", "👩\u200d💻": "👩\u200d💻", "👩🏽\u200d💻": "👩🏽\u200d💻",
		"\u200ca": " a", "a\u200d": "a ", "a\u200d\u200db": "a  b", "1\u200c2": "1 2", "a\u200d.exe": "a .exe",
	} {
		if got := Line(in); got != want {
			t.Errorf("%+q became %+q, want %+q", in, got, want)
		}
	}
}
