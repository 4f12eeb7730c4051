package dictation

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// replaceFile writes a user's file of replacements or commands and returns its path.
func replaceFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "user.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEnglishCommands(t *testing.T) {
	table{
		{"Hello full stop", "Hello."},
		{"Hello, full stop, new line, goodbye.", "Hello.\ngoodbye."},
		{"Hello. Full-stop. How are you? Question mark.", "Hello. How are you?"},
		{"Hello.|Full stop.|Yes", "Hello. Yes"},
		{"Really?|Exclamation mark.", "Really!"},
		{"question mark exclamation mark", "?!"},
		{"wait full stop full stop full stop", "wait..."},
		{"One. New line. Two. NEW  PARAGRAPH three", "One.\nTwo.\n\nthree"},
		{"one new line new line two", "one\n\ntwo"},
		{"See open bracket, page three, close bracket, comma, and", "See (page three), and"},
		{`He said, open quote, yes, close quote, and left`, `He said, "yes" and left`},
		{"He said open quote|yes|close quote|and left", `He said "yes" and left`},
		{"well hyphen known", "well-known"},
		{"one dash two", "one – two"},
		{"dash", "–"},
		{"me at sign example full stop com", "me@example. com"},
		{"pay dollar sign 5 or 3 percent sign", "pay $5 or 3%"},
		{"under no space score", "underscore"},
		{"in the U.S. comma and at 8 a.m. full stop", "in the U.S., and at 8 a.m."},
		{"vitamin C.|comma and", "vitamin C, and"},
		{"literal full stop", "full stop"},
		{"say Literal, new line. Now", "say new line. Now"},
		{"a literal translation", "a literal translation"},
		{"literal", "literal"},
		{"literal literal comma", "literal comma"},
		{"comma-separated, comma's, semi-colon", "comma-separated, comma's;"},
		{"fullstop commas example.comma", "fullstop commas example.comma"},
		{"full, stop", "full, stop"},
		{"comma .NET", ", .NET"},
		{"Scratch that", ""},
		{"one hyphen|scratch that|two", "two"},
		{"one|hyphen|scratch that|two", "one two"},
	}.check(t, Options{Commands: "en-GB"})
}

func TestCommandsCapitalised(t *testing.T) {
	table{
		{"hello full stop how are you question mark", "Hello. How are you?"},
		{"one new paragraph two new line three", "One\n\nTwo\nthree"},
		{"one|full stop|two|scratch that|three", "One. Three"},
		{"literal comma is a word", "Comma is a word"},
	}.check(t, Options{Commands: "en", Capitalise: true})
}

func TestOtherLanguages(t *testing.T) {
	for language, cases := range map[string]table{
		"de": {{"Hallo Komma Welt. Ausrufezeichen. Neue Zeile. Wörtlich Punkt", "Hallo, Welt!\nPunkt"},
			{"Klammer auf, ja, Klammer zu, Punkt.|streich das", ""}},
		"es": {{"Hola punto y aparte adiós dos puntos", "Hola.\nadiós:"},
			{"abrir interrogación, qué, cerrar interrogación", "¿qué?"}},
		"fr": {{"Bonjour, point d’exclamation. À la ligne. Oui virgule", "Bonjour\u00a0!\nOui,"},
			{"Dit ouvrez les guillemets oui fermez les guillemets point", "Dit «\u00a0oui\u00a0»."}},
	} {
		cases.check(t, Options{Commands: language})
	}
	for _, l := range Languages() {
		made(t, Options{Commands: l})
	}
}

func TestCommandFile(t *testing.T) {
	file := replaceFile(t, `scratch = ["never mind"]
remove = ["Period"]
[close]
"comma" = ";"
"smiley" = " :-)"
[join]
"full stop" = ".\n"
"句号" = "。"
`)
	cases := table{
		{"a comma period dash smiley b", "a; period – :-) b"},
		{"one full stop two", "one.\ntwo"},
		{"你好句号再见", "你好。再见"},
		{"one never mind two scratch that", ""},
	}
	cases.check(t, Options{Commands: "en", CommandFile: file})
	table{{"a comma b dash c", "a; b dash c"}}.check(t, Options{CommandFile: file})
}

func TestReplacements(t *testing.T) {
	file := replaceFile(t, `[replace]
"voice flow" = "VoiceFlow"
"voice flow pro" = "VoiceFlow Pro"
"c plus plus" = "C++"
"a" = "b"
"b" = "a"
"comma" = "Comma"
"um" = ""
"btw" = "by the way"
"my address" = "1 Road\nTown"
[words]
list = ["Kubernetes", "iPhone", ".NET", "Node.js", "Visual Studio", "Don", "npm", "T"]
`)
	table{
		{"Voice Flow, voice-flow's and VOICE  FLOW PRO.", "VoiceFlow, VoiceFlow's and VoiceFlow Pro."},
		{"invoice flow voice flows", "invoice flow voice flows"},
		{"A b c plus plus", "b a C++"},
		{"one comma two full stop", "one Comma two."},
		{"literal voice flow", "voice flow"},
		{"Um, well, um, yes um.", "well, yes."},
		{"kubernetes um yes um", "Kubernetes yes"},
		{"my address full stop", "1 Road\nTown."},
		{"kubernetes, l'iphone and node.js on .net", "Kubernetes, l'iPhone and Node.js on .NET"},
		{"visual  studio visual-studio", "Visual Studio visual-studio"},
		{"don't tell don or don's", "don't tell Don or Don's"},
		{"使用kubernetes，好", "使用Kubernetes，好"},
	}.check(t, Options{ReplaceFile: file, Commands: "en"})
	table{
		{"btw. npm. iphone. btw", "By the way. npm. iPhone. By the way"},
	}.check(t, Options{ReplaceFile: file, Capitalise: true})
}

// FuzzReplace checks that applying the same replacements and words a second time
// changes nothing, as none of them produces a phrase.
func FuzzReplace(f *testing.F) {
	f.Add("Voice flow on KUBERNETES's voice-flow node.js")
	f.Add("voice voice flow flow İ ſ ς K")
	file := replaceFile(f, `replace = {"voice flow" = "VoiceFlow", "straße" = "Strasse"}
words.list = ["Kubernetes", "Node.js", "Ça"]`)
	f.Fuzz(func(t *testing.T, input string) {
		once := made(t, Options{ReplaceFile: file}).AddText(input).Insert
		twice := made(t, Options{ReplaceFile: file}).AddText(once).Insert
		if once != twice {
			t.Errorf("%q becomes %q, which becomes %q", input, once, twice)
		}
	})
}

func TestBadFiles(t *testing.T) {
	commands := func(path string) Options { return Options{CommandFile: path} }
	replacements := func(path string) Options { return Options{ReplaceFile: path} }
	for _, c := range []struct {
		options func(string) Options
		content string
		want    string
	}{
		{commands, "[close]\n\"full stop\" \".\"\n", "line 2, column 13: "},
		{commands, "[close]\n\"comma\" = [5]\n", "line 2, column 11: "},
		{commands, "\n[closed]\ncomma = \",\"\n", `line 2, column 2: unknown key "closed"`},
		{commands, "[open]\n\"x\" = \"\\u001b[2J\"\n", "line 2, column 7: toml: the control character U+001B"},
		{commands, "[open]\n  \"--\" = \"-\"\n", `line 2, column 3: the phrase "--" in open has no letter`},
		{commands, "[close]\nComma = \",\"\n[open]\ncomma = \",\"\n", `line 4, column 1: the phrase "comma" in open is defined twice`},
		{commands, "literal = [\"so\", \"\"]\n", "line 1, column 18: toml: the phrase \"\" has no letter"},
		{commands, "[apart]\nx = \"y\"\nscratch = [\"no\"]\n", "line 3, column 11: "},
		{replacements, "[replace]\n\"A\" = \"b\"\na = \"c\"\n", `line 3, column 1: the phrase "a" in replace is defined twice`},
		{replacements, "[words]\nlist = \"x\"\n", "line 2, column 8: "},
		{replacements, "[words]\nlist = [\"Foo\", \"FOO\"]\n", "differ in case only"},
		{replacements, "[words]\nlost = []\n", `line 2, column 1: unknown key "words.lost"`},
	} {
		path := replaceFile(t, c.content)
		_, err := New(c.options(path))
		if err == nil || !strings.Contains(err.Error(), path+", "+c.want) && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error is %v, want %s", c.content, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), path) {
			t.Errorf("%v: the file is not named", err)
		}
	}
	if _, err := New(Options{ReplaceFile: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}
