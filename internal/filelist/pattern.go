package filelist

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
)

// pattern adds the files that a pattern matches, and what it can find of them
// where a folder cannot be read.
func (f *finder) pattern(pattern string) {
	found, err := match(pattern, doublestar.WithFailOnIOErrors())
	switch {
	case errors.Is(err, doublestar.ErrBadPattern):
		f.problem(pattern, errors.New("is no file and no pattern: a bracket or brace in it is not closed"))
	case err != nil:
		f.problem(pattern, fmt.Errorf("not every folder could be looked through: %w", err))
		found, _ = match(pattern)
	case len(found) == 0:
		f.problem(pattern, errors.New("matches no file"))
	}
	base, _ := doublestar.SplitPattern(filepath.ToSlash(filepath.Clean(pattern)))
	for _, name := range found {
		f.add(File{Name: name, Folder: below(base, name)})
	}
}

// match gives the files that a pattern matches, sorted. Without options, what
// cannot be read matches nothing.
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
	// Links are not followed, because they may lead around in circles.
	options = append(options, doublestar.WithFilesOnly(), doublestar.WithNoFollow(), doublestar.WithNoHidden())
	err := doublestar.GlobWalk(os.DirFS(base), rest, visit, options...)
	slices.Sort(found)
	return found, err
}

// isFile tells files and links to files from the rest. A named pipe is not
// among them: it might never end.
func isFile(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular() // where the link is broken, opening it says so
}
