// Package filelist determines which audio and video files to transcribe, from
// names, folders, patterns and lists of names, and how to share them among several
// machines.
//
// It returns names and never opens an audio file, so a named file may turn out to
// be missing, unreadable or not audio.
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
	"syscall"
)

// Source is the input of Find.
type Source struct {
	// Args are names of files and folders, and patterns. An argument is a pattern
	// only if no file has exactly that name. In patterns, * and ? match within a
	// name, ** across folders, and [a-z] and {wav,mp3} work as in shells. Hidden
	// files and folders match only patterns with an explicit dot. The name of a
	// missing file is kept as a name, and so is "-".
	Args []string
	// Recursive adds the audio and video files in folders among Args and in their
	// subfolders, recognised by Extensions. Everything else is counted in
	// Found.PassedOver: other files, hidden files and folders, pipes, devices, and
	// links to folders, which are followed only if named in Args.
	Recursive bool
	// FilesFrom is a file with one name per line; lines may end in CR LF. Blank
	// lines are ignored. Nothing else is special: patterns and folders are not
	// expanded. "-" means Stdin, and "" no list.
	FilesFrom string
	// Files0From is like FilesFrom, but each name ends in NUL, as written by
	// find -print0.
	Files0From string
	// Stdin is read only if one of the lists is "-".
	Stdin io.Reader
}

// Found is the result of Find.
type Found struct {
	Files []File
	// Problems concern single items of Args. Files is valid regardless.
	Problems []*Problem
	// PassedOver counts what else was in folders with files to transcribe.
	PassedOver PassedOver
}

// File is a file to transcribe.
type File struct {
	Name string
	// Folder is the file's folder relative to the argument, or to the fixed part of
	// the pattern, that it was found by: day/one for talks/day/one/a.wav found by
	// talks. It is empty for files directly in that folder or named themselves.
	Folder string
}

// Problem is the reason why an item of Args yielded no files, or not all.
type Problem struct {
	Name string // the item of Args, or a folder below it
	Err  error
}

// Error returns the item's name and what to do.
func (p *Problem) Error() string { return p.Name + ": " + p.Err.Error() }

// Unwrap returns p.Err.
func (p *Problem) Unwrap() error { return p.Err }

// Find returns the files in a stable order: Args first, then FilesFrom, then
// Files0From. The files of a pattern or a folder are sorted, folder by folder for
// the latter. Different spellings of a path (a.wav and ./a.wav) count as
// one file, listed in the first spelling; links are not resolved.
//
// Find returns an error if a list of names cannot be read or is invalid, or a pattern is
// too large.
func Find(s Source) (Found, error) {
	if s.FilesFrom == "-" && s.Files0From == "-" {
		return Found{}, errors.New("standard input cannot be both the list with one name per line " +
			"and the NUL-separated one; use a file for one of them")
	}
	f := finder{recursive: s.Recursive, seen: make(map[string]struct{}), found: Found{PassedOver: PassedOver{}}}
	for _, arg := range s.Args {
		if err := f.arg(arg); err != nil {
			return Found{}, err
		}
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

// below returns the folder of a file relative to root, or "" for root itself.
func below(root, name string) string {
	folder, err := filepath.Rel(root, filepath.Dir(name))
	if err != nil || folder == "." {
		return ""
	}
	return folder
}

func (f *finder) arg(arg string) error {
	info, err := os.Stat(arg)
	switch {
	case arg == "":
		f.problem(`""`, errors.New("is not a file name"))
	case err == nil && info.IsDir() && f.recursive:
		f.folder(arg)
	case err == nil && info.IsDir():
		f.problem(arg, errors.New("is a folder; add -r to transcribe the files in it"))
	case isPattern(arg) && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENAMETOOLONG)):
		if err := tooLarge(arg); err != nil {
			return err
		}
		f.pattern(arg)
	default:
		f.add(File{Name: arg})
	}
	return nil
}

// folder adds the audio and video files below root.
func (f *finder) folder(root string) {
	// With the separator, WalkDir follows root if it is a link to a folder.
	top := root + string(filepath.Separator)
	extensions := Extensions()
	found, failed, passed := 0, false, PassedOver{}
	visit := func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			failed = true
			f.problem(filepath.Clean(path), fmt.Errorf("cannot read folder: %w", cause(err)))
		case path == top:
		case strings.HasPrefix(d.Name(), OwnPrefix):
			return skip(d)
		case strings.HasPrefix(d.Name(), "."):
			passed.add(hidden)
			return skip(d)
		case d.IsDir():
		case !isFile(path, d):
			passed.add(special(path))
		case slices.Contains(extensions, strings.ToLower(filepath.Ext(path))):
			found++
			f.add(File{Name: path, Folder: below(root, path)})
		default:
			passed.add(extension(path))
		}
		return nil
	}
	_ = filepath.WalkDir(top, visit) // visit returns no errors except fs.SkipDir
	if found > 0 || failed {
		f.found.PassedOver.merge(passed)
		return
	}
	others := ""
	if len(passed) > 0 {
		others = ", only " + passed.String()
	}
	f.problem(root, fmt.Errorf("contains no audio files%s; name files with unusual extensions explicitly", others))
}

// skip makes a walk skip d if it is a folder.
func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// cause strips the path from an error, as the Problem already has it.
func cause(err error) error {
	var where *fs.PathError
	if errors.As(err, &where) {
		return where.Err
	}
	return err
}
