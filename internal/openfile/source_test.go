package openfile_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openers are the functions that open, create or truncate a file by its name and
// trust what the name leads to.
var openers = map[string]map[string]bool{
	"os":      {"Create": true, "OpenFile": true, "WriteFile": true, "Open": true, "ReadFile": true, "Truncate": true},
	"tls":     {"LoadX509KeyPair": true},
	"syscall": {"Open": true, "Openat": true, "Creat": true},
	"unix":    {"Open": true, "Openat": true, "Creat": true},
	"http":    {"ServeFile": true},
	"toml":    {"DecodeFile": true},
}

// allowed are the files that may call them, and why.
var allowed = map[string]string{
	"cmd/vf-paste/upstream_linux.go":          "/proc",
	"cmd/vf-record/check.go":                  "/proc/self/comm",
	"cmd/vf-record/cue.go":                    "/dev/tty",
	"cmd/vf-record/outputs.go":                "/dev/null",
	"cmd/vf-record/press.go":                  "files of /proc",
	"internal/cmdline/crash/catch.go":         "files of /proc",
	"internal/health/replay/fixture.go":       "a file in a temporary folder of its own",
	"internal/health/replay/waiting_linux.go": "files of /proc",
	"internal/openfile/open_unix.go":          "settings of the system: /proc/sys and /etc/group",
	"internal/openfile/openfile.go":           "the one place",
	"internal/openfile/pipe.go":               "the one place for pipes",
	"pkg/audio/input/confine_linux.go":        "paths for Landlock (O_PATH)",
	"pkg/audio/input/process_linux.go":        "files of /proc",
	"pkg/engine/models/part.go":               "a folder, to make a rename in it durable",
	"pkg/paste/stream.go":                     "/dev/tty",
	"pkg/paste/x11/process.go":                "files of /proc",
	"pkg/paste/x11/settle.go":                 "files of /proc",
}

// TestEveryOpenerIsHere checks that files are opened only through this package.
func TestEveryOpenerIsHere(t *testing.T) {
	root := filepath.Join("..", "..")
	used := map[string]bool{}
	for _, top := range []string{"cmd", "internal", "pkg"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			name, _ := filepath.Rel(root, path)
			name = filepath.ToSlash(name)
			switch {
			case err != nil:
				return err
			case d.IsDir() && name == "internal/test": // helpers of tests
				return fs.SkipDir
			case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			for _, call := range calls(t, path) {
				if allowed[name] == "" {
					t.Errorf("%s: %s: open it through internal/openfile, or add the file to the list with a reason", name, call)
				}
				used[name] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range allowed {
		if !used[name] {
			t.Errorf("%s no longer opens files directly; take it off the list", name)
		}
	}
}

// calls returns the openers that a file of Go refers to, called or not.
func calls(t *testing.T, path string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{} // by the name in this file
	for _, spec := range file.Imports {
		full := strings.Trim(spec.Path.Value, `"`)
		base := full[strings.LastIndex(full, "/")+1:]
		local := base
		if spec.Name != nil {
			local = spec.Name.Name
		}
		packages[local] = base
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, is := n.(*ast.SelectorExpr); is {
			if pkg, is := sel.X.(*ast.Ident); is && openers[packages[pkg.Name]][sel.Sel.Name] {
				found = append(found, pkg.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return found
}

// TestCallsAreFound checks that the search itself works.
func TestCallsAreFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	text := "package a\nimport (\n\tsys \"os\"\n\t\"crypto/tls\"\n)\nvar read = sys.ReadFile\nfunc f() { tls.LoadX509KeyPair(\"\", \"\") }\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := calls(t, path); len(found) != 2 {
		t.Errorf("found %q", found)
	}
}
