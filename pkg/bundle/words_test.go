package bundle

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write words.txt anew, to be looked at before it is believed")

// verb is one of fmt's.
var verb = regexp.MustCompile(`%[-+#0-9.*\[\]]*[a-zA-Z]`)

// source walks through what the programs are made of.
func source(t *testing.T, visit func(ast.Node)) {
	t.Helper()
	for _, folder := range []string{"../../cmd", "../../pkg", "../../internal/tool"} {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				path == "../../pkg/bundle/words.go" { // it has what others say
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil // half written, while it is being worked on
			}
			ast.Inspect(file, func(n ast.Node) bool {
				visit(n)
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// literal is the text of one; empty: it is none.
func literal(n ast.Node) string {
	l, ok := n.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(l.Value)
	return s
}

// TestWords: what the programs say can be read in a bundle.
func TestWords(t *testing.T) {
	said := map[string]bool{}
	word := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9'_-]*$`)
	source(t, func(n ast.Node) {
		s := literal(n)
		if field, ok := n.(*ast.KeyValueExpr); ok {
			if key, ok := field.Key.(*ast.Ident); ok && key.Name == "Name" {
				s = literal(field.Value) + " " // of a flag, a command, a method
			}
		}
		if !strings.Contains(s, " ") {
			return
		}
		for _, w := range strings.Fields(verb.ReplaceAllString(s, " ")) {
			if w = strings.TrimLeft(strings.Trim(w, around), "-"); word.MatchString(w) {
				said[w] = true
			}
		}
	})
	if *update {
		text := strings.Join(slices.Sorted(maps.Keys(said)), "\n") + "\n"
		if err := os.WriteFile("words.txt", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	known := newVocabulary()
	var missing []string
	for w := range said {
		if !known[w] {
			missing = append(missing, w)
		}
	}
	// One that is missing makes a message a little harder to read.
	if len(missing) > len(said)/50 {
		t.Errorf("%d words are missing: go test ./pkg/bundle -run TestWords -update\n%s", len(missing), slices.Sorted(slices.Values(missing)))
	}
}

// messages are the forms of all errors and lines of logs.
func messages(t *testing.T) (all []string) {
	source(t, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Errorf", "New", "Msg", "Msgf"}, f.Sel.Name) {
			if s := literal(call.Args[0]); s != "" {
				all = append(all, s)
			}
		}
	})
	return all
}

// fill puts a name where a message takes a text, and the reason where it takes
// an error.
func fill(form, name string) string {
	return verb.ReplaceAllStringFunc(form, func(v string) string {
		switch v[len(v)-1] {
		case 'w':
			return "no such file or directory"
		case 's', 'v':
			return name
		case 'q':
			return strconv.Quote(name)
		}
		return "3"
	})
}

// TestEveryMessage: a name comes through in none of the programs' messages,
// wherever they have it.
func TestEveryMessage(t *testing.T) {
	forms := messages(t)
	if len(forms) < 300 {
		t.Fatalf("only %d messages were found", len(forms))
	}
	r := newRedactor("/home/ann", false)
	names := []string{"Frau Meier Scheidung.amr", "Frau Meier Kuendigung", "Frau Meier.3gp", "Meier Liste", "meier 2019",
		"Brief an meier (alt)", "meier, liste", "./meier", "-meier", "meier: alt", "meier's", "Sitzung_meier-3", "„meier“"}
	for _, form := range append(forms, "open %s: %w", "stat %s: %w", "%s: %w", "%w: %s", "%s", "what was said is in %s; it is long") {
		for _, name := range names {
			in := fill(form, name)
			if out := strings.ToLower(r.message(in, "")); strings.Contains(out, "meier") || strings.Contains(out, "kuendigung") {
				t.Errorf("%q became %q", in, out)
			}
		}
	}
}

// TestReadable: a message that has no name stays as it is, in all that counts.
func TestReadable(t *testing.T) {
	r := newRedactor("/home/ann", false)
	for _, s := range []string{
		"no such file or directory", "read standard input: input/output error", "decoding failed: code 7", "the recogniser keeps failing: going on with less (gpu)",
		"standard input: read line 7: not a JSON object: unexpected end of JSON input", "configuration: line 3, column 4: expected = after a key",
		"--input: is a directory", "--max-duration -3s: must not be negative; 0 has no limit", "model large-v3-turbo-q5_0 on Vulkan0: out of memory",
		"model base.en is not installed: demo is used in its place", "ggml_vulkan: Found 1 Vulkan devices", "exec: xdotool: executable file not found in $PATH",
		"12 files: 11 done, 1 failed, 0 skipped; 38 s of audio in 2.5 s, 15.1 times real time", "VOICEFLOW_MODEL_URL: no such host",
		"cannot load /usr/lib/libggml-vulkan.so: no driver", "listen tcp 127.0.0.1:8179: address already in use", "vk::Queue::submit: ErrorDeviceLost",
		"CUDA error: an illegal memory access was encountered", "signal: segmentation fault (core dumped)", "Vulkan0 NVIDIA GeForce RTX 3060",
		"tls: failed to verify certificate: x509: certificate signed by unknown authority", "index out of range [5] with length 5", "GLIBC_2.38 not found",
		"signal: killed", "exit status 1",
		"huggingface.co cannot be reached: dial tcp: connection refused", "neither WAV nor anything that ffmpeg can read: Invalid data found when processing input",
	} {
		if got := r.message(s, ""); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	// And of all messages nearly all words stay.
	all, lost := 0, 0
	for _, form := range messages(t) {
		in := fill(form, "file")
		all += len(strings.Fields(in))
		lost += strings.Count(r.message(in, ""), "file-") - strings.Count(in, "file-")
	}
	if lost > all/100 {
		t.Errorf("%d of %d words are lost", lost, all)
	}
}
