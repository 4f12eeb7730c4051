package cmdline

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPaths checks the table in docs/formats.md from spoken words to an exit code:
// it covers all codes of the table above it, and the tests it names exist.
func TestPaths(t *testing.T) {
	const root = "../.."
	text, err := os.ReadFile(filepath.Join(root, "docs/formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, codes, _ := strings.Cut(string(text), "## Exit codes\n")
	codes, paths, found := strings.Cut(codes, "### From spoken words to an exit code\n")
	paths, _, _ = strings.Cut(paths, "\n## ")
	if !found {
		t.Fatal(`docs/formats.md has no section "From spoken words to an exit code"`)
	}
	for _, code := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(codes, -1) {
		if !regexp.MustCompile(`(?m)\| ` + code[1] + ` \| `).MatchString(paths) {
			t.Errorf("no path leads to exit code %s", code[1])
		}
	}
	tests := allTests(t, root)
	rows := regexp.MustCompile(`(?m)^\| (.+) \| (\d+) \| (.+) \|$`).FindAllStringSubmatch(paths, -1)
	for _, row := range rows {
		if _, err := strconv.Atoi(row[2]); err != nil {
			t.Errorf("%q: %v", row[1], err)
		}
		for name := range strings.SplitSeq(row[3], ", ") {
			name = strings.Trim(name, "`")
			if script, ok := strings.CutPrefix(name, "TestScripts/"); ok {
				if _, err := os.Stat(filepath.Join(root, "internal/test/e2e/testdata/script", script+".txtar")); err != nil {
					t.Errorf("%q: %v", row[1], err)
				}
			} else if !strings.Contains(tests, "\nfunc "+name+"(") {
				t.Errorf("%q: there is no test %s", row[1], name)
			}
		}
	}
	if len(rows) < 20 {
		t.Errorf("the table has %d rows", len(rows))
	}
}

// allTests returns the source of all tests.
func allTests(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	for _, folder := range []string{"cmd", "internal", "pkg"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			all.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
