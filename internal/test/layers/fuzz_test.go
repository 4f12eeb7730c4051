package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const top = "../../.."

// fuzzTargets returns the folder and the name of each fuzz target, as the compiler sees
// them.
func fuzzTargets(t *testing.T) (found []string) {
	t.Helper()
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && path != top && (name[0] == '.' || name == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(top, filepath.Dir(path))
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
				found = append(found, "./"+filepath.ToSlash(folder)+" "+f.Name.Name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// TestFuzzTargets: make fuzz runs every target, and docs/security.md lists each.
func TestFuzzTargets(t *testing.T) {
	want := fuzzTargets(t)
	if len(want) == 0 {
		t.Fatal("no targets")
	}
	out, err := exec.Command("sh", top+"/scripts/fuzz.sh", "--list").Output()
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(listed)
	if !slices.Equal(listed, want) {
		t.Errorf("make fuzz runs %q, want %q", listed, want)
	}
	page, err := os.ReadFile(top + "/docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Fuzzing\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, target := range want {
		folder, name, _ := strings.Cut(target, " ")
		if !strings.Contains(section, " "+name+" in `"+strings.TrimPrefix(folder, "./")+"`") {
			t.Errorf("docs/security.md (Fuzzing) lacks %s in `%s`", name, strings.TrimPrefix(folder, "./"))
		}
	}
	if n := strings.Count(section, " in `"); n != len(want) {
		t.Errorf("docs/security.md (Fuzzing) lists %d targets, want %d", n, len(want))
	}
}
