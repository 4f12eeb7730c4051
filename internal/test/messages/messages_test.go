package messages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const root = "../../.."

// folders are those whose messages reach users: the programs, and the packages behind the exit
// codes 3, 4, 5 and 10, and behind the names of files.
var folders = []string{
	"cmd/vf-record", "cmd/vf-vad", "cmd/vf-transcribe", "cmd/vf-paste", "cmd/vf-health",
	"pkg/whisper", "pkg/engine", "pkg/engine/models", "pkg/capture", "pkg/audio/input", "pkg/paste",
	"internal/filelist", "internal/remote",
}

// internal are messages that users do not see, with the reasons.
var internal = map[string]string{
	"already closed": "a mistake of the calling program",
	"recogniser still busy with a cancelled call": "the engine uses another one",
	"hold: standard output cannot be closed":      "of the process that keeps the clipboard, which nobody sees",
	"unknown kind of desktop …: want x11 or wayland": "of the process that keeps the clipboard, which vf-paste " +
		"starts with the right one",
	"this program has no command that keeps the clipboard": "a mistake of the calling program",
}

// message is the text of an error or a warning, with … for what varies.
type message struct {
	text   string
	at     token.Position
	prefix bool // it goes before another message, which it wraps
}

// TestMessages: every message is on the page, and the page has no others.
func TestMessages(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs/troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		if text, is := strings.CutPrefix(line, "- `"); is && strings.HasSuffix(text, "`\n") {
			text = strings.TrimSuffix(text, "`\n")
			if listed[text] {
				t.Errorf("docs/troubleshooting.md has this twice: %s", text)
			}
			listed[text] = true
		}
	}
	found := map[string]bool{}
	for _, m := range allMessages(t) {
		if found[m.text] || !m.worthListing() {
			continue
		}
		found[m.text] = true
		switch {
		case internal[m.text] != "" && listed[m.text]:
			t.Errorf("%s: both on the page and internal: %s", m.at, m.text)
		case internal[m.text] == "" && !listed[m.text]:
			t.Errorf("%s: add this to docs/troubleshooting.md, below its cause:\n- `%s`", m.at, m.text)
		}
	}
	if len(found) < 250 {
		t.Errorf("only %d messages were found", len(found))
	}
	for text := range listed {
		if !found[text] {
			t.Errorf("no program says this any more; remove it from docs/troubleshooting.md: %s", text)
		}
	}
	for text := range internal {
		if !found[text] {
			t.Errorf("no program says this any more; remove it from the list of internal messages: %s", text)
		}
	}
}

// word is one that says something, in contrast to placeholders.
var word = regexp.MustCompile(`[A-Za-z][A-Za-z'-]+`)

// worthListing reports whether a message makes sense on its own. "model …: …" does not.
func (m message) worthListing() bool {
	n := len(word.FindAllString(strings.ReplaceAll(m.text, "…", " "), -1))
	return n >= 3 || n >= 1 && !m.prefix
}

// allMessages returns the messages in the source, except those of tests.
func allMessages(t *testing.T) (all []message) {
	t.Helper()
	files := token.NewFileSet()
	for _, folder := range folders {
		names, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(names), err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if text := messageOf(n); text != nil {
					format := textOf(text)
					all = append(all, message{text: shown(format), at: files.Position(n.Pos()), prefix: isPrefix(n, format)})
				}
				return true
			})
		}
	}
	return all
}

// messageOf returns the expression of a message's text: the argument of an error or of a line
// of the log, or the reason why a flag is wrong.
func messageOf(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, is := n.Key.(*ast.Ident); is && key.Name == "Reason" {
			return n.Value
		}
	case *ast.CallExpr:
		f, is := n.Fun.(*ast.SelectorExpr)
		if !is || len(n.Args) == 0 {
			return nil
		}
		pkg, _ := f.X.(*ast.Ident)
		switch {
		case pkg != nil && (pkg.Name == "errors" && f.Sel.Name == "New" || pkg.Name == "fmt" && f.Sel.Name == "Errorf"):
			return n.Args[0]
		case (f.Sel.Name == "Msg" || f.Sel.Name == "Msgf") && isSevere(f.X):
			return n.Args[0]
		}
	}
	return nil
}

// isSevere reports whether a line of the log, such as log.Warn().Err(err), is a warning or an
// error.
func isSevere(line ast.Expr) bool {
	for {
		call, is := line.(*ast.CallExpr)
		if !is {
			return false
		}
		f, is := call.Fun.(*ast.SelectorExpr)
		if !is {
			return false
		}
		if f.Sel.Name == "Warn" || f.Sel.Name == "Error" {
			return true
		}
		line = f.X
	}
}

// isPrefix reports whether a message contains another one: all lines of the log and reasons
// may.
func isPrefix(n ast.Node, format string) bool {
	call, is := n.(*ast.CallExpr)
	if !is || strings.Contains(format, "%w") {
		return true
	}
	f, is := call.Fun.(*ast.SelectorExpr)
	return is && (f.Sel.Name == "Msg" || f.Sel.Name == "Msgf")
}

// textOf returns a text as a format, with %v for what is not constant.
func textOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return textOf(e.X) + textOf(e.Y)
		}
	case *ast.CallExpr:
		if f, is := e.Fun.(*ast.SelectorExpr); is && f.Sel.Name == "Sprintf" && len(e.Args) > 0 {
			return textOf(e.Args[0])
		}
	}
	return "%v"
}

var (
	verb      = regexp.MustCompile(`%[-+# 0]*[0-9]*(\.[0-9]*)?[a-zA-Z]`)
	ellipses  = regexp.MustCompile(`…(…)+`)
	spaceRuns = regexp.MustCompile(`\s+`)
)

// shown returns a format as the page has it.
func shown(format string) string {
	text := strings.ReplaceAll(format, "%%", "\x00")
	text = strings.ReplaceAll(verb.ReplaceAllString(text, "…"), "\x00", "%")
	return strings.TrimSpace(spaceRuns.ReplaceAllString(ellipses.ReplaceAllString(text, "…"), " "))
}

func TestShown(t *testing.T) {
	for format, want := range map[string]string{
		"cannot open %q: %w":          "cannot open …: …",
		"%d %% of %.1f s%v%s":         "… % of … s…",
		"a line\nand another %+v end": "a line and another … end",
	} {
		if got := shown(format); got != want {
			t.Errorf("%q is shown as %q, want %q", format, got, want)
		}
	}
}
