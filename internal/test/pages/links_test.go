package pages

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

const root = "../../.."

// page is a Markdown file: its text without code, and the names of its headings as they
// appear in links.
type page struct {
	text    string
	anchors map[string]bool
}

// allPages returns the project's pages by path from the root.
func allPages(t *testing.T) map[string]page {
	t.Helper()
	all := map[string]page{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		switch {
		case entry.IsDir() && slices.Contains([]string{".git", ".native", "bin", "dist"}, name):
			return filepath.SkipDir
		case filepath.Ext(name) != ".md":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		from, err := filepath.Rel(root, path)
		all[from] = readPage(string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	fence   = regexp.MustCompile("(?ms)^```.*?^```")
	code    = regexp.MustCompile("`[^`\n]*`")
	heading = regexp.MustCompile(`^#{1,6} +(.*?) *$`)
	link    = regexp.MustCompile(`\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]*)\)`)
	source  = regexp.MustCompile(`(?:src|srcset|href)="([^"]*)"`)
)

func readPage(text string) page {
	p := page{anchors: map[string]bool{}}
	text = fence.ReplaceAllString(text, "")
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") {
			continue // code
		}
		if h := heading.FindStringSubmatch(line); h != nil {
			p.addAnchor(h[1])
		}
		b.WriteString(code.ReplaceAllString(line, "code") + "\n")
	}
	p.text = b.String()
	return p
}

// addAnchor adds the name of a heading, as GitHub and others make it.
func (p page) addAnchor(title string) {
	title = link.ReplaceAllString(title, "$1")
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsNumber(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, title)
	unique := name
	for n := 1; p.anchors[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	p.anchors[unique] = true
}

// targets returns what a page links to or shows.
func (p page) targets() (all []string) {
	for _, l := range link.FindAllStringSubmatch(p.text, -1) {
		all = append(all, l[2])
		for _, inner := range link.FindAllStringSubmatch(l[1], -1) { // a picture that is a link
			all = append(all, inner[2])
		}
	}
	for _, s := range source.FindAllStringSubmatch(p.text, -1) {
		all = append(all, s[1])
	}
	return all
}

// fault returns what is wrong with a link from a page, or "".
func fault(pages map[string]page, from, target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return err.Error()
	case target == "":
		return "it is empty"
	case u.Scheme != "" || u.Host != "":
		if u.Scheme != "https" && u.Host != "127.0.0.1:8179" {
			return "it is not https"
		}
		return ""
	}
	path := from
	if u.Path != "" {
		path = filepath.Join(filepath.Dir(from), filepath.FromSlash(u.Path))
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			return "no such file"
		}
	}
	if to, isPage := pages[path]; u.Fragment != "" && (!isPage || !to.anchors[u.Fragment]) {
		return fmt.Sprintf("%s has no such heading", path)
	}
	return ""
}

// TestLinks: every link leads to a file, and to a heading in it if it names one.
func TestLinks(t *testing.T) {
	pages, links := allPages(t), 0
	for _, from := range slices.Sorted(maps.Keys(pages)) {
		for _, target := range pages[from].targets() {
			links++
			if what := fault(pages, from, target); what != "" {
				t.Errorf("%s: link to %s: %s", from, target, what)
			}
		}
	}
	if len(pages) < 25 || links < 150 {
		t.Errorf("only %d links in %d pages were found", links, len(pages))
	}
}

func TestFaultsOfLinks(t *testing.T) {
	pages := map[string]page{"docs/README.md": readPage("# One `x` (two): three\n## Next\n## Next\n\n    # code\n```\n# code\n```\n" +
		"[a](b.md#c) ![d](e.png) `[f](g)` [![h](i.png)](j.md) <img src=\"k.svg\" alt=\"l [m]\"><source srcset=\"n.png\">")}
	p := pages["docs/README.md"]
	if got := slices.Sorted(maps.Keys(p.anchors)); !slices.Equal(got, []string{"next", "next-1", "one-x-two-three"}) {
		t.Errorf("headings: %q", got)
	}
	if got := p.targets(); !slices.Equal(got, []string{"b.md#c", "e.png", "j.md", "i.png", "k.svg", "n.png"}) {
		t.Errorf("links: %q", got)
	}
	for target, want := range map[string]string{
		"": "it is empty", "http://x.test": "it is not https", "https://x.test/#y": "", "gone.md": "no such file", "../Makefile": "",
		"#next-1": "", "#next-2": "docs/README.md has no such heading", "../Makefile#x": "Makefile has no such heading",
		"README.md#next": "", "README.md#one": "docs/README.md has no such heading", "./": "",
	} {
		if got := fault(pages, "docs/README.md", target); got != want {
			t.Errorf("%q: %q, want %q", target, got, want)
		}
	}
}

// TestEveryPageIsListed: docs/README.md leads to every page in its folder.
func TestEveryPageIsListed(t *testing.T) {
	pages := allPages(t)
	listed := pages["docs/README.md"].targets()
	for path := range pages {
		name := filepath.Base(path)
		if filepath.Dir(path) == "docs" && name != "README.md" && !slices.Contains(listed, name) {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
}
