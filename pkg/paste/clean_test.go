package paste_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"voiceflow/pkg/paste"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", " It's \"so\" $(reboot) <b>; Größe 😀 שלום ", " It's \"so\" $(reboot) <b>; Größe 😀 שלום "},
		{"joined emoji", "👩‍💻 ❤️", "👩‍💻 ❤️"},
		{"enter", "ls\n", "ls "},
		{"line ends and tabs", "a\r\n\tb\nc\rd\u2028e\u2029\nf", "a b c d e f"},
		{"control between line ends", "a\n\x00\nb", "a b"},
		{"other C0 and DEL", "a\x00\x03\x04\x07\x08\x0b\x0c\x1a\x7fb", "ab"},
		{"C1", "a\u0080\u0085\u0084\u009fb", "ab"},
		{"colour", "\x1b[31;1mred\x1b[0m", "red"},
		{"cursor with C1", "a\u009b2Jb", "ab"},
		{"title ended by BEL", "a\x1b]0;title\x07b", "ab"},
		{"title ended by ST", "a\x1b]0;title\x1b\\b\u009d0;title\u009cc", "abc"},
		{"device control", "a\x1bP1$qm\x1b\\b", "ab"},
		{"sequence without end", "a\x1b]0;b\x1b[31", "a]0;b[31"},
		{"sequence in a sequence", "a\x1b\x1b[31m[32mb", "a[32mb"},
		{"paste bracket", "\x1b[201~rm", "rm"},
		{"bidi", "a\u202eb\u2066c\u2069d\u202ce", "abcde"},
		{"invalid UTF-8", "a\xff\xc3b\ufffdc", "abc"},
		{"invalid UTF-8 in a sequence", "a\x1b[\xff31mb", "ab"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := paste.Clean(test.in); got != test.want {
				t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"It's Größe 😀\n", "\x1b[31mred\x1b[0m", "\x1b]0;t\x07", "\x1b\x1b[\u009b1m\xff", "\u202e\u2028\ufffd", "\u0090\u009d\x1b\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := paste.Clean(text)
		if !utf8.ValidString(got) {
			t.Errorf("Clean(%q) = %q, not valid UTF-8", text, got)
		}
		if strings.ContainsFunc(got, unicode.IsControl) || strings.ContainsAny(got, "\u2028\u2029\u202e\u2066\ufffd") {
			t.Errorf("Clean(%q) = %q, which still has characters that Clean removes", text, got)
		}
		if again := paste.Clean(got); again != got {
			t.Errorf("Clean(%q) = %q, but cleaning that again gives %q", text, got, again)
		}
	})
}
