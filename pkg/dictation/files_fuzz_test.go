package dictation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// fuzzFile: a file with settings, whatever it contains, is refused with an error that
// names it, or makes only text that can be typed.
func fuzzFile(f *testing.F, options func(path string) Options) {
	path := filepath.Join(f.TempDir(), "user.toml")
	f.Fuzz(func(t *testing.T, content, said string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := New(options(path))
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("%v does not name the file", err)
			}
			return
		}
		said = strings.Map(func(r rune) rune { // as vf-paste does
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(said, ""))
		length := 0
		for _, line := range []string{said, "hello full stop", said} {
			e := d.AddText(line)
			if e.Delete < 0 || e.Delete > length {
				t.Fatalf("%+v deletes from %d characters", e, length)
			}
			length += len([]rune(e.Insert)) - e.Delete
			for _, r := range e.Insert {
				if unicode.IsControl(r) && r != '\n' && r != '\t' {
					t.Errorf("%q from %q contains %U", e.Insert, content, r)
				}
			}
		}
	})
}

func FuzzCommandFile(f *testing.F) {
	f.Add("[close]\n\"full stop\" = \".\"\n[open]\nquote = \"“\"\n", "say quote full stop")
	f.Add("[apart]\nx = \"\\ty\\n\"\nscratch = [\"no\"]\nliteral = [\"so\"]\n", "x so x no")
	f.Add("[close]\n\"a\" = \"\\u001b[2J\"\n", "a")
	fuzzFile(f, func(path string) Options { return Options{CommandFile: path} })
}

func FuzzReplaceFile(f *testing.F) {
	f.Add("replace = {\"voice flow\" = \"VoiceFlow\"}\nwords.list = [\"Node.js\"]\n", "voice flow on node.js")
	f.Add("[replace]\n\"ß\" = \"ss\"\n\"İ\" = \"\"\n", "ß İ")
	fuzzFile(f, func(path string) Options { return Options{ReplaceFile: path, Commands: "en"} })
}
