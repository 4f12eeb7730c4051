package dictation

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// made returns a Dictation with valid options.
func made(t testing.TB, o Options) *Dictation {
	t.Helper()
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// window is the text in the program that the caller types into.
type window struct{ text []rune }

func (w *window) deliver(t testing.TB, e Edit) {
	t.Helper()
	if e.Delete < 0 || e.Delete > len(w.text) {
		t.Fatalf("deleting %d of %d characters", e.Delete, len(w.text))
	}
	w.text = append(w.text[:len(w.text)-e.Delete], []rune(e.Insert)...)
}

// dictate delivers utterances separated by | and checks that the edits add up to
// Text.
func dictate(t testing.TB, o Options, utterances string) string {
	t.Helper()
	d, w := made(t, o), window{}
	for s := range strings.SplitSeq(utterances, "|") {
		w.deliver(t, d.AddText(s))
		if string(w.text) != d.Text() {
			t.Fatalf("the edits add up to %q, Text is %q", string(w.text), d.Text())
		}
	}
	return string(w.text)
}

type table []struct{ utterances, want string }

func (cases table) check(t *testing.T, o Options) {
	t.Helper()
	for _, c := range cases {
		if got := dictate(t, o, c.utterances); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.utterances, got, c.want)
		}
	}
}

func TestJoin(t *testing.T) {
	table{
		{"", ""},
		{"Hello.", "Hello."},
		{"Hello.|How are you?", "Hello. How are you?"},
		{"  Hello. | |How are you?\n", "Hello. How are you?"},
		{"two  spaces|stay", "two  spaces stay"},
		{"Hello|, world|!", "Hello, world!"},
		{"see (|above|) there", "see (above) there"},
		{`he said "|yes|" and left`, `he said "yes" and left`},
		{`he said|"yes" and|left`, `he said "yes" and left`},
		{"er sagte|„ja“|und ging", "er sagte „ja“ und ging"},
		{"il dit|« oui »|et part", "il dit « oui » et part"},
		{"the|.NET framework and|.5", "the .NET framework and .5"},
		{"well|... then", "well... then"},
		{"今日は|東京", "今日は東京"},
		{"今日は。|Hello", "今日は。Hello"},
		{"データー|ベース", "データーベース"},
		{"我用|Linux|系统", "我用 Linux 系统"},
		{"안녕|하세요", "안녕 하세요"},
		{"¿|Qué?", "¿Qué?"},
	}.check(t, Options{})
}

func TestAppendSpace(t *testing.T) {
	table{
		{"Hello.|How are you?", "Hello. How are you? "},
		{"Hello|, world", "Hello, world "},
		{"one|new line|two", "one\ntwo "},
		{"pre hyphen|fix", "pre-fix "},
		{"one|two|scratch that", "one "},
		{"one|scratch that", ""},
		{"one|comma|scratch that", "one "},
		{"今日は|Hello", "今日は Hello "},
		{"今日は", "今日は"},
	}.check(t, Options{AppendSpace: true, Commands: "en"})
}

func TestCapitalise(t *testing.T) {
	table{
		{"hello there. how are you? fine! good… yes", "Hello there. How are you? Fine! Good… Yes"},
		{"hello.|next", "Hello. Next"},
		{"hello,|next", "Hello, next"},
		{"use e.g. this and z.B. that by J. smith. new", "Use e.g. this and z.B. that by J. smith. New"},
		{"see voiceflow.org. new", "See voiceflow.org. New"},
		{"pi is 3.14 and. 4 apples", "Pi is 3.14 and. 4 apples"},
		{"iPhone users. macOS too", "iPhone users. macOS too"},
		{`"hello. (and so`, `"Hello. (And so`},
		{`"really?" he said`, `"Really?" he said`},
		{"东京。hello", "东京。Hello"},
		{"élan. ǆungla", "Élan. ǅungla"},
		{"McDonald. DON'T", "McDonald. DON'T"},
		{"one\n\ntwo\nthree", "One\n\nTwo\nthree"},
		{"well... maybe", "Well... Maybe"},
	}.check(t, Options{Capitalise: true})
}

func TestScratchDelivered(t *testing.T) {
	d := made(t, Options{Commands: "en"})
	steps := []struct {
		utterance string
		want      Edit
	}{
		{"Hello.", Edit{Insert: "Hello."}},
		{"Größe", Edit{Insert: " Größe"}},
		{"Scratch that.", Edit{Delete: 6}},
		{"Comma.", Edit{Delete: 1, Insert: ","}},
		{"scratch that", Edit{Delete: 1, Insert: "."}},
		{"wrong scratch that right", Edit{Insert: " right"}},
		{"more scratch that scratch that", Edit{Delete: 6}},
		{"a scratch that, b scratch that c", Edit{Insert: " c"}},
		{"scratch that scratch that scratch that", Edit{Delete: 8}},
		{"scratch that", Edit{}},
		{"again", Edit{Insert: "again"}},
	}
	for _, s := range steps {
		if got := d.AddText(s.utterance); got != s.want {
			t.Errorf("%q: %+v, want %+v", s.utterance, got, s.want)
		}
	}
}

func TestNoDelete(t *testing.T) {
	d := made(t, Options{Commands: "en", NoDelete: true, AppendSpace: true})
	steps := []struct {
		utterance string
		want      Edit
	}{
		{"Hello.", Edit{Insert: "Hello. "}},
		{"wrong scratch that right", Edit{Insert: "right "}},
		{"comma", Edit{Insert: ", "}},
		{"Größe", Edit{Insert: "Größe "}},
		{"scratch that", Edit{Kept: 6}},
		{"new line", Edit{Insert: "\n"}},
	}
	for _, s := range steps {
		if got := d.AddText(s.utterance); got != s.want {
			t.Errorf("%q: %+v, want %+v", s.utterance, got, s.want)
		}
	}
	table{{"Hello.|full stop|Yes", "Hello. Yes"}}.check(t, Options{Commands: "en", NoDelete: true})
}

// TestFollow checks that a dictation after another is separated from it like an
// utterance from the one before.
func TestFollow(t *testing.T) {
	tests := []struct {
		options                 Options
		before, utterance, want string
	}{
		{Options{}, "morning", "my brother", " my brother"},
		{Options{}, "", "my brother", "my brother"},
		{Options{}, "Hello.", "My brother", " My brother"},
		{Options{}, "morning", ", my brother", ", my brother"},
		{Options{}, "see (", "above", "above"},
		{Options{}, "今日は", "東京", "東京"},
		{Options{}, "今日は。", "Hello", "Hello"},
		{Options{}, "今日は", "Hello", " Hello"},
		{Options{Commands: "en"}, "morning", "comma my brother", ", my brother"},
		{Options{Commands: "en"}, "morning", "full stop", "."},
		{Options{Commands: "en"}, "morning new line", "my brother", "my brother"},
		{Options{Commands: "en"}, "pre hyphen", "fix", "fix"},
		{Options{Commands: "en"}, "morning", "open bracket my", " (my"},
		{Options{Commands: "en"}, "morning", "new line my", "\nmy"},
		{Options{Commands: "en"}, "morning", "wrong scratch that my", " my"},
		{Options{Commands: "en"}, "morning|wrong|scratch that", "my", " my"},
		{Options{Commands: "en", NoDelete: true}, "morning", "my", " my"},
		{Options{AppendSpace: true}, "morning", "my", "my "},
		{Options{Capitalise: true}, "Morning", "my", " My"},
	}
	for _, test := range tests {
		first, second := made(t, test.options), made(t, test.options)
		for s := range strings.SplitSeq(test.before, "|") {
			first.AddText(s)
		}
		second.Follow(first.Tail())
		if got := second.AddText(test.utterance); got != (Edit{Insert: test.want}) {
			t.Errorf("%q after %q: %+v, want %q", test.utterance, test.before, got, test.want)
		}
		if tail := first.Tail(); len([]rune(tail)) > 1 {
			t.Errorf("the tail of %q is %q", test.before, tail)
		}
	}
}

func TestReset(t *testing.T) {
	d := made(t, Options{Commands: "en", Capitalise: true})
	d.AddText("one")
	d.Reset()
	if got := d.AddText("scratch that"); got != (Edit{}) {
		t.Errorf("scratch that, after Reset: %+v", got)
	}
	if got := d.AddText("two"); got != (Edit{Insert: "Two"}) {
		t.Errorf("two, after Reset: %+v", got)
	}
}

func TestClean(t *testing.T) {
	o := Options{Commands: "en", Clean: func(s string) string { return strings.ReplaceAll(s, "\n", " ") }}
	table{{"one\ntwo new line three\n", "one two\nthree"}, {"bad \xff byte", "bad  byte"}}.check(t, o)
}

func TestBadOptions(t *testing.T) {
	for _, o := range []Options{
		{MinConfidence: -0.1}, {MinConfidence: 1.1}, {MinConfidence: math.NaN()}, {Window: -time.Second},
		{Commands: "xx"}, {Commands: "-"},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) succeeded", o)
		}
	}
}

// FuzzAddText checks that for any utterances the edits fit the delivered text, add
// up to Text and are valid UTF-8, and that without options the texts are joined.
func FuzzAddText(f *testing.F) {
	f.Add("Hello, full stop.", "scratch that new line", "literal comma kubernetes um", uint8(0xff))
	f.Add("voice flow. e.g. \xff", "open quote scratch that", "今日は。comma", uint8(3))
	f.Add(" . ", ",\u00a0", "\"", uint8(5))
	files := replaceFile(f, `replace = {"voice flow" = "VoiceFlow", "um" = ""}`+"\n"+`words.list = ["Kubernetes", "Don"]`)
	f.Fuzz(func(t *testing.T, a, b, c string, flags uint8) {
		o := Options{AppendSpace: flags&1 != 0, Capitalise: flags&2 != 0, NoDelete: flags&4 != 0}
		if flags&8 != 0 {
			o.Commands = "en"
		}
		if flags&16 != 0 {
			o.ReplaceFile = files
		}
		d, w := made(t, o), window{}
		for _, utterance := range []string{a, b, c, a} {
			e := d.AddText(utterance)
			w.deliver(t, e)
			if !utf8.ValidString(e.Insert) {
				t.Fatalf("%q: inserted %q", utterance, e.Insert)
			}
			if string(w.text) != d.Text() {
				t.Fatalf("the edits add up to %q, Text is %q", string(w.text), d.Text())
			}
			if o.NoDelete && e.Delete != 0 {
				t.Fatalf("%q deletes %d characters despite NoDelete", utterance, e.Delete)
			}
		}
		if flags&0x1f == 0 {
			checkJoined(t, d.Text(), a, b, c, a)
		}
	})
}

// checkJoined checks that text consists of the parts, with or without a space
// between them.
func checkJoined(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, p := range parts {
		p = strings.TrimSpace(strings.ToValidUTF8(p, ""))
		if p == "" {
			continue
		}
		if rest != text {
			rest = strings.TrimPrefix(rest, " ")
		}
		var found bool
		if rest, found = strings.CutPrefix(rest, p); !found {
			t.Fatalf("%q is not %q joined", text, parts)
		}
	}
	if rest != "" {
		t.Fatalf("%q is more than %q joined", text, parts)
	}
}
