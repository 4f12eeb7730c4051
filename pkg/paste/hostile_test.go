package paste_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"voiceflow/pkg/paste"
)

// hostileTexts are texts that would do harm if a tool took any of them for options,
// commands or keys.
func hostileTexts() map[string]string {
	return map[string]string{
		"option":           "--help",
		"short option":     "-e rm -rf ~",
		"standard input":   "-",
		"line of dotool":   "hello\nkey k:enter",
		"lines of dotool":  "hello\n\n \nkey k:enter\ntypedelay 100000\n",
		"CR of dotool":     "hello\rkey k:enter\r\nkey k:enter",
		"separators":       "a\u2028key k:enter\u2029key k:enter\u0085key k:enter\vkey k:enter\fkey k:enter",
		"escapes":          `a\nb\tc\x1b\e\033 $'\n' %s %n {Enter} {{x}} ^M ~.`,
		"shell":            "$(touch pwned) `touch pwned` ; touch pwned & touch pwned | touch pwned",
		"quotes":           `'"'"'` + "\\",
		"NUL":              "a\x00b\x00key k:enter",
		"escape sequence":  "a\x1b[31mred\x1b]0;title\x07\x1bP1$qm\x1b\\b",
		"bracketed paste":  "a\x1b[201~\nrm -rf ~\n\x1b[200~b",
		"C1":               "a\u009b201~b\u009d52;c;eA==\u009cc",
		"tab":              "a\tb",
		"invalid UTF-8":    "a\xff\xfe\xc3(\xed\xa0\x80b",
		"bidi":             "a\u202eb\u2066c",
		"spaces":           "  a  b  ",
		"only line breaks": "\n\n",
		// More than a pipe, an argument and a line of dotool can hold.
		"many lines":  strings.Repeat("key k:enter\n", 20_000),
		"a long word": strings.Repeat("ä", 1<<17),
	}
}

// recorder returns a method whose program writes its arguments and its input to files, and
// the folder of them.
func recorder(t *testing.T, method string, newlines bool) (*paste.Chain, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "program")
	script := strings.ReplaceAll(`#!/bin/sh
: >>DIR/args
for arg; do printf '%s\0' "$arg" >>DIR/args; done
cat >>DIR/in
[ "$2" = readreg ] && cat "$4" >>DIR/in
exit 0
`, "DIR", dir)
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	// Displays that do not exist: where the focus is, is not known then.
	env := func(name string) string { return map[string]string{"DISPLAY": ":4711", "TMUX": "x", "STY": "x"}[name] }
	if method == "wtype" || method == "wl-copy" {
		env = func(name string) string { return map[string]string{"WAYLAND_DISPLAY": "wayland-none"}[name] }
	}
	look := func(string) (string, error) { return path, nil }
	s := paste.Session{Getenv: env, LookPath: look, Newlines: newlines, Command: path}
	if method == "exec" {
		s.LookPath = func(string) (string, error) { return "/bin/sh", nil }
	}
	c, err := paste.Open(s, method)
	if err != nil {
		t.Fatal(err)
	}
	return c, dir
}

// arguments are those of the programs, however the text looks.
var arguments = map[string]string{
	"dotool":      "",
	"xdotool":     "type --clearmodifiers --file -",
	"ydotool":     "type --file -",
	"wtype":       "-",
	"wl-copy":     "--type text/plain",
	"xclip":       "-selection clipboard",
	"xsel":        "--clipboard --input",
	"pbcopy":      "",
	"macos-paste": `-e tell application "System Events" to keystroke "v" using command down`,
	"exec":        "",
	"tmux":        "load-buffer -b voiceflow - paste-buffer -p -r -d -b voiceflow",
	"screen":      "-X readreg v FILE -X paste v -Q title",
}

// TestHostileTexts: no text becomes an option or a command of the program that delivers
// it, and all of it arrives.
func TestHostileTexts(t *testing.T) {
	for name, text := range hostileTexts() {
		for newlines, clean := range map[bool]string{false: paste.Clean(text), true: paste.CleanLines(text)} {
			for method, want := range arguments {
				t.Run(fmt.Sprintf("%s/%s/%v", method, name, newlines), func(t *testing.T) {
					t.Parallel()
					c, dir := recorder(t, method, newlines)
					if err := deliver(t.Context(), c, text); err != nil {
						t.Fatal(err)
					}
					args, in := strings.TrimRight(readFile(t, dir, "args"), "\x00"), readFile(t, dir, "in")
					got := strings.ReplaceAll(args, "\x00", " ")
					if method == "screen" {
						got = strings.Join(strings.Fields(got)[:3], " ") + " FILE " + strings.Join(strings.Fields(got)[4:], " ")
					}
					if got != want {
						t.Errorf("the arguments are %.200q, want %q", got, want)
					}
					if method == "dotool" {
						in = obeyDotool(t, in)
					}
					if in != clean {
						t.Errorf("%d bytes arrived, %.200q, want %d, %.200q", len(in), in, len(clean), clean)
					}
				})
			}
		}
	}
}

// obeyDotool returns what dotool types for its input: it reads lines of at most 64 KiB,
// ignores space before a command, and types what follows "type " in one.
func obeyDotool(t *testing.T, in string) string {
	t.Helper()
	var typed strings.Builder
	for line := range strings.Lines(in) {
		if len(line) > 64<<10 {
			t.Fatalf("a line of dotool has %d bytes", len(line))
		}
		text, isType := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "type ")
		switch {
		case line == "key enter\n":
			typed.WriteByte('\n')
		case isType && text != "" && utf8.ValidString(text):
			typed.WriteString(text)
		default:
			t.Fatalf("dotool gets the command %.100q", line)
		}
	}
	return typed.String()
}
