package openfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is the number of links that Linux follows in a path (path_resolution(7)).
const maxLinks = 40

// procFolder contains links that cannot be followed by reading them.
const procFolder = "/proc/"

func isMagic(path string) bool { return strings.HasPrefix(path, procFolder) }

// Resolve returns the file that a path leads to, for creating or replacing it. It
// follows symbolic links, also to what does not exist yet, if this user or root made
// them, or if nobody else could have put them into their folder. Another user's link to a
// folder is an error. Another user's link at the end is not followed: the result is the
// link, which a rename replaces.
func Resolve(path string) (string, error) {
	if path == "" {
		return "", &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	if !hasLinks {
		return path, nil
	}
	target, err := walk(path, func(link fs.FileInfo, in string) bool { return trustworthy(link) || isClosed(in) })
	var link *fs.PathError
	if errors.Is(err, ErrForeignLink) && errors.As(err, &link) && link.Path == target {
		return target, nil
	}
	return target, err
}

// walk follows the links of a path that follow allows, each in a folder. If it must not
// follow one, the error is [ErrForeignLink] with the name of the link.
func walk(path string, follow func(link fs.FileInfo, in string) bool) (string, error) {
	at, rest, links := ".", filepath.ToSlash(path), 0
	for rest != "" {
		if rest[0] == '/' {
			at = "/"
		}
		name, after, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
		rest = strings.TrimLeft(after, "/")
		next := filepath.Join(at, name)
		if isMagic(next) {
			return filepath.Join(next, rest), nil
		}
		info, err := os.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return filepath.Join(next, rest), nil
		case err != nil:
			return "", renamed(err)
		case info.Mode().Type() != fs.ModeSymlink:
			at = next
			continue
		case !follow(info, at):
			return filepath.Join(next, rest), &fs.PathError{Op: "open", Path: next, Err: ErrForeignLink}
		}
		to, err := os.Readlink(next)
		if err != nil {
			return "", renamed(err)
		}
		if links++; links > maxLinks {
			return "", &fs.PathError{Op: "open", Path: path, Err: errors.New("too many symbolic links")}
		}
		rest = strings.TrimRight(filepath.ToSlash(to)+"/"+rest, "/")
		if rest == "" {
			rest = "/" // a link to the root
		}
	}
	return at, nil
}
