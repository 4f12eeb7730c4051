// Package filelist finds out which audio files are to be transcribed, from
// names, folders, patterns and lists of names, and which of them are the share
// of one machine among several.
//
// It gives names only. Whether a file exists, can be read and holds audio shows
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
	// Recursive takes the audio files in the folders among Args, and in the
	// folders in those, by their endings (see Endings). Hidden files and folders
	// are passed over and links to folders not followed, but for a folder named
	// in Args.
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

// Problem is why one item of Args gave no names, or not all.
type Problem struct {
	Name string // as it is in Args, or of the folder below it
	Err  error
}

// Error names the item and says what to do.
func (p *Problem) Error() string { return p.Name + ": " + p.Err.Error() }

// Unwrap returns p.Err.
func (p *Problem) Unwrap() error { return p.Err }

// Endings lists the endings, in lower case and with their dot, by which audio
// files are told in folders. Video has sound as well.
func Endings() []string {
	return []string{
		".wav", ".wave", ".mp3", ".flac", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".wma", ".aiff", ".aif", ".amr",
		".mp4", ".m4v", ".mkv", ".mov", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".3gp",
	}
}

// Find returns the names in a stable order: Args first, then FilesFrom, then
// Files0From. What comes of a folder or a pattern is sorted,
// in folders one folder after another. Names that are the
// same but for their spelling (a.wav and ./a.wav) are given once, in the
// spelling that comes first; links are not seen through.
//
// Problems are those of single items, whose error events they may become; the
// names are good all the same. The error is that a list of names could not be
// read, or is none.
func Find(s Source) (names []string, problems []*Problem, err error) {
	if s.FilesFrom == "-" && s.Files0From == "-" {
		return nil, nil, errors.New("standard input cannot be a list with a name a line and one separated by NUL at once; name a file for one of them")
	}
	f := finder{recursive: s.Recursive, seen: make(map[string]struct{})}
	for _, arg := range s.Args {
		f.arg(arg)
	}
	if err := f.list(s.FilesFrom, '\n', s.Stdin); err != nil {
		return nil, nil, err
	}
	if err := f.list(s.Files0From, 0, s.Stdin); err != nil {
		return nil, nil, err
	}
	return f.names, f.problems, nil
}

type finder struct {
	recursive bool
	names     []string
	problems  []*Problem
	seen      map[string]struct{} // cleaned names
}

func (f *finder) add(name string) {
	clean := filepath.Clean(name)
	if _, again := f.seen[clean]; again {
		return
	}
	f.seen[clean] = struct{}{}
	f.names = append(f.names, name)
}

func (f *finder) problem(name string, err error) {
	f.problems = append(f.problems, &Problem{Name: name, Err: err})
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
		f.add(arg)
	}
}

// folder adds the audio files below root.
func (f *finder) folder(root string) {
	// The separator makes it go into a folder that is named by a link to it.
	top := root + string(filepath.Separator)
	endings := Endings()
	found, failed := 0, false
	visit := func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			failed = true
			f.problem(filepath.Clean(path), fmt.Errorf("cannot be looked through: %w", cause(err)))
		case path == top:
		case strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(d.Name(), "."):
		case slices.Contains(endings, strings.ToLower(filepath.Ext(path))) && isFile(path, d):
			found++
			f.add(path)
		}
		return nil
	}
	_ = filepath.WalkDir(top, visit) // visit gives no error
	if found == 0 && !failed {
		f.problem(root, errors.New("has no audio files in it; name those whose endings are not usual for audio"))
	}
}

// cause is what went wrong, without the name that the problem already has.
func cause(err error) error {
	var where *fs.PathError
	if errors.As(err, &where) {
		return where.Err
	}
	return err
}
