package bundle

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// Table tells what is inside: name, size and what it is.
func (b *Bundle) Table() string {
	var s strings.Builder
	tw := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "NAME\tBYTES\tWHAT")
	for _, e := range b.Entries {
		fmt.Fprintf(tw, "%s\t%d\t%s\n", e.Name, len(e.Data), e.What)
	}
	tw.Flush()
	return s.String()
}

// Write writes the archive. The same bundle is the same bytes.
func (b *Bundle) Write(w io.Writer) error {
	zip := gzip.NewWriter(w)
	archive := tar.NewWriter(zip)
	contents := Entry{Name: "contents.txt", Data: []byte(b.Table())}
	for _, e := range append([]Entry{contents}, b.Entries...) {
		header := &tar.Header{Name: "voiceflow-bundle/" + e.Name, Mode: 0o600, Size: int64(len(e.Data)),
			ModTime: b.made.Truncate(1e9).UTC(), Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		if _, err := archive.Write(e.Data); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
	}
	if err := errors.Join(archive.Close(), zip.Close()); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// What is in the way of an archive.
var (
	ErrExists = errors.New("is there already")                             // a file that is not to be replaced
	ErrNoFile = errors.New("is no regular file, and will not be replaced") // a device, a link
	ErrIsADir = errors.New("is a folder")
)

// Writable tells whether an archive may be written to a place, and if not, why:
// ErrExists, ErrNoFile or ErrIsADir. Only with force it may replace a file.
func Writable(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil // what is wrong with the folder shows when it is written to
	case info.IsDir():
		return fmt.Errorf("%s %w", path, ErrIsADir)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s %w", path, ErrNoFile)
	case !force:
		return fmt.Errorf("%s %w", path, ErrExists)
	}
	return nil
}

// Unfinished is the name, as for os.CreateTemp, of an archive until it is whole.
const Unfinished = ".voiceflow-bundle-*"

// WriteFile writes the archive whole or not at all, for its owner's eyes. It
// replaces a file only with force, and nothing else; see [Writable].
func (b *Bundle) WriteFile(path string, force bool) error {
	if err := Writable(path, force); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), Unfinished) // mode 0600
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(b.Write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	if force {
		return os.Rename(f.Name(), path)
	}
	// A link, unlike a renaming, replaces nothing.
	err = os.Link(f.Name(), path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s %w", path, ErrExists)
	default: // a file system without links
		return os.Rename(f.Name(), path)
	}
}
