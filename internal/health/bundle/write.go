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

	"voiceflow/internal/openfile"
)

// Table lists the contents: name, size and description.
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

// Write writes the archive. The output for a given bundle is always the same.
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

// Reasons not to write an archive to a path.
var (
	ErrExists = errors.New("already exists")                                 // and force is not set
	ErrNoFile = errors.New("is not a regular file and will not be replaced") // such as a device or a link
	ErrIsADir = errors.New("is a folder")
)

// Writable returns nil if an archive may be written to a path, otherwise an error
// that wraps ErrExists, ErrNoFile or ErrIsADir. A file is replaced only with force.
func Writable(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil // writing will show any problem with the folder
	case info.IsDir():
		return fmt.Errorf("%s %w", path, ErrIsADir)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s %w", path, ErrNoFile)
	case !force:
		return fmt.Errorf("%s %w", path, ErrExists)
	}
	return nil
}

// Unfinished is the os.CreateTemp pattern for an incomplete archive.
const Unfinished = ".voiceflow-bundle-*"

// WriteFile writes the archive completely or not at all, readable only by its owner.
// It replaces a regular file only with force, and never anything else; see
// [Writable].
func (b *Bundle) WriteFile(path string, force bool) error {
	path, err := openfile.Resolve(path)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
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
	// Unlike a rename, a link never replaces a file.
	err = os.Link(f.Name(), path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s %w", path, ErrExists)
	default: // no links on this file system
		return os.Rename(f.Name(), path)
	}
}
