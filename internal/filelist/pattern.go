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
