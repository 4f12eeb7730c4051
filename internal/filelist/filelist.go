// Package filelist finds out which audio and video files are to be transcribed, from
// names, folders, patterns and lists of names, and which of them are the share
// of one machine among several.
//
// It gives names, and the folders below what was named. Whether a file exists, can be read and holds audio shows
// when it is opened, which is not done here.
package filelist

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Source says where the names come from.
type Source struct {
	// Args are names of files and folders, and patterns. A pattern is one only
	// where no file has that very name; * and ? match within a name, ** across
	// folders, [a-z] and {wav,mp3} as in shells. Hidden files and folders are
	// matched only by patterns that name the dot. A name of a file that is not
	// there stays a name, and so does "-".
	Args []string
	// Recursive takes the audio and video files in the folders among Args, and in
	// the folders in those, by their endings (see Endings). The rest is counted in
	// Found.PassedOver: other files, hidden files and folders, links to folders
	// (which are not followed, but for one named in Args), pipes and devices.
	Recursive bool
	// FilesFrom is a file with one name a line, which may end in CR LF. Blank
	// lines are ignored; nothing else is special, in particular are there no
	// patterns and no folders. "-" is Stdin, and "" none.
	FilesFrom string
	// Files0From is the same with names that end in NUL, as find -print0 writes
	// them.
	Files0From string
	// Stdin is read only where one of the lists is "-".
	Stdin io.Reader
}

// Found is what there is to transcribe.
type Found struct {
	Files []File
	// Problems are those of single items, whose error events they may become;
	// Files are good all the same.
	Problems []*Problem
	// PassedOver is what else was in the folders that gave files.
	PassedOver PassedOver
}

// File is a file to transcribe.
type File struct {
	Name string
	// Folder is the file's folder below the folder, or below the fixed part of the
	// pattern, that named it: day/one for talks/day/one/a.wav of the argument
	// talks. Empty: it is right in that folder, or was named itself.
	Folder string
}

// Problem is why one item of Args gave no names, or not all.
type Problem struct {
	Name string // as it is in Args, or of the folder below it
	Err  error
}

// Error names the item and says what to do.
func (p *Problem) Error() string { return p.Name + ": " + p.Err.Error() }

// Unwrap returns p.Err.
func (p *Problem) Unwrap() error { return p.Err }

// Find returns the files in a stable order: Args first, then FilesFrom, then
// Files0From. What comes of a folder or a pattern is sorted,
// in folders one folder after another. Names that are the
// same but for their spelling (a.wav and ./a.wav) are given once, in the
// spelling that comes first; links are not seen through.
//
// The error is that a list of names could not be read, or is none.
func Find(s Source) (Found, error) {
	if s.FilesFrom == "-" && s.Files0From == "-" {
		return Found{}, errors.New("standard input cannot be a list with a name a line and one separated by NUL at once; name a file for one of them")
	}
	f := finder{recursive: s.Recursive, seen: make(map[string]struct{}), found: Found{PassedOver: PassedOver{}}}
	for _, arg := range s.Args {
		f.arg(arg)
	}
	if err := f.list(s.FilesFrom, '\n', s.Stdin); err != nil {
		return Found{}, err
	}
	if err := f.list(s.Files0From, 0, s.Stdin); err != nil {
		return Found{}, err
	}
	return f.found, nil
}

type finder struct {
	recursive bool
	found     Found
	seen      map[string]struct{} // cleaned names
}

func (f *finder) add(file File) {
	clean := filepath.Clean(file.Name)
	if _, again := f.seen[clean]; again {
		return
	}
	f.seen[clean] = struct{}{}
	f.found.Files = append(f.found.Files, file)
}

func (f *finder) problem(name string, err error) {
	f.found.Problems = append(f.found.Problems, &Problem{Name: name, Err: err})
}

// below is the folder of a file below a folder that it was found in.
func below(root, name string) string {
	folder, err := filepath.Rel(root, filepath.Dir(name))
	if err != nil || folder == "." {
		return ""
	}
	return folder
}

func (f *finder) arg(arg string) {
	info, err := os.Stat(arg)
	switch {
	case arg == "":
		f.problem(`""`, errors.New("is no name of a file"))
	case err == nil && info.IsDir() && f.recursive:
		f.folder(arg)
	case err == nil && info.IsDir():
		f.problem(arg, errors.New("is a folder; add -r to transcribe what is in it"))
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, "*?[{"):
		f.pattern(arg)
	default:
		f.add(File{Name: arg})
	}
}

// folder adds the audio and video files below root.
func (f *finder) folder(root string) {
	// The separator makes it go into a folder that is named by a link to it.
	top := root + string(filepath.Separator)
	endings := Endings()
	found, failed, passed := 0, false, PassedOver{}
	visit := func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			failed = true
			f.problem(filepath.Clean(path), fmt.Errorf("cannot be looked through: %w", cause(err)))
		case path == top:
		case strings.HasPrefix(d.Name(), OwnPrefix):
			return skipped(d)
		case strings.HasPrefix(d.Name(), "."):
			passed.add(hidden)
			return skipped(d)
		case d.IsDir():
		case !isFile(path, d):
			passed.add(special(path))
		case slices.Contains(endings, strings.ToLower(filepath.Ext(path))):
			found++
			f.add(File{Name: path, Folder: below(root, path)})
		default:
			passed.add(ending(path))
		}
		return nil
	}
	_ = filepath.WalkDir(top, visit) // visit gives no error
	if found > 0 || failed {
		f.found.PassedOver.merge(passed)
		return
	}
	what := "in it"
	if len(passed) > 0 {
		what += ", but " + passed.String()
	}
	f.problem(root, fmt.Errorf("has no audio files %s; name those whose endings are not usual for audio", what))
}

// skipped keeps a walk out of a folder.
func skipped(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// cause is what went wrong, without the name that the problem already has.
func cause(err error) error {
	var where *fs.PathError
	if errors.As(err, &where) {
		return where.Err
	}
	return err
}
