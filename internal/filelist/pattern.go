package filelist

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// The largest patterns: their length in bytes, the plain patterns that their braces stand
// for, and their ** and other parts. Each ** can search all folders below again.
const (
	maxPattern  = 4096
	maxVariants = 1000
	maxDeep     = 4
	maxStars    = 64
)

func isPattern(arg string) bool { return strings.ContainsAny(arg, "*?[{") }

// tooLarge returns an error if it could take minutes to find what matches a pattern.
func tooLarge(pattern string) error {
	var what string
	switch stars := strings.Count(pattern, "*"); {
	case len(pattern) > maxPattern:
		what = fmt.Sprintf("has %d bytes; the most is %d", len(pattern), maxPattern)
	case variants(pattern) > maxVariants:
		what = fmt.Sprintf("stands for more than %d patterns because of its braces", maxVariants)
	case strings.Count(pattern, "**") > maxDeep:
		what = fmt.Sprintf("has more than %d times **", maxDeep)
	case stars > maxStars:
		what = fmt.Sprintf("has more than %d times *", maxStars)
	default:
		return nil
	}
	return fmt.Errorf("the pattern %.60q %s: simplify it, or list the files with --files-from", pattern, what)
}

// variants returns how many patterns without braces a pattern stands for, or some number
// above maxVariants if there are more.
func variants(pattern string) int {
	type level struct{ others, this int } // the alternatives so far, and the one that goes on
	levels := []level{{this: 1}}
	for i := 0; i < len(pattern); i++ {
		top := &levels[len(levels)-1]
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '{':
			levels = append(levels, level{this: 1})
		case c == ',' && len(levels) > 1:
			top.others, top.this = min(top.others+top.this, maxVariants+1), 1
		case c == '}' && len(levels) > 1:
			n := top.others + top.this
			levels = levels[:len(levels)-1]
			outer := &levels[len(levels)-1]
			outer.this = min(outer.this*n, maxVariants+1)
		}
	}
	total := 1
	for _, l := range levels { // one, unless a brace is not closed
		total = min(total*(l.others+l.this), maxVariants+1)
	}
	return total
}

// pattern adds the files that match a pattern. If a folder cannot be read, it adds
// the matches in the other folders.
func (f *finder) pattern(pattern string) {
	found, err := match(pattern, doublestar.WithFailOnIOErrors())
	switch {
	case errors.Is(err, doublestar.ErrBadPattern):
		f.problem(pattern, errors.New("is neither a file nor a valid pattern: a bracket or brace is not closed"))
	case err != nil:
		f.problem(pattern, fmt.Errorf("cannot read every folder: %w", err))
		found, _ = match(pattern)
	case len(found) == 0:
		f.problem(pattern, errors.New("matches no files"))
	}
	base, _ := doublestar.SplitPattern(filepath.ToSlash(filepath.Clean(pattern)))
	for _, name := range found {
		f.add(File{Name: name, Folder: below(base, name)})
	}
}

// match returns the files that match a pattern, sorted. Unless options say
// otherwise, it skips folders that cannot be read.
func match(pattern string, options ...doublestar.GlobOption) ([]string, error) {
	base, rest := doublestar.SplitPattern(filepath.ToSlash(filepath.Clean(pattern)))
	var found []string
	visit := func(path string, d fs.DirEntry) error {
		path = filepath.Join(base, filepath.FromSlash(path))
		if isFile(path, d) {
			found = append(found, path)
		}
		return nil
	}
	// Do not follow links, which may form cycles.
	options = append(options, doublestar.WithFilesOnly(), doublestar.WithNoFollow(), doublestar.WithNoHidden())
	err := doublestar.GlobWalk(os.DirFS(base), rest, visit, options...)
	slices.Sort(found)
	return found, err
}

// isFile reports whether an entry is a regular file or a link to one. It excludes
// named pipes, which might never end, and includes broken links, so that opening
// them reports an error.
func isFile(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}
