package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// Store keeps copies of the configuration: backups and, per program, the last file
// that worked. A file that works for one program may be wrong for another.
type Store struct {
	Folder string
	Now    func() time.Time // clock for naming backups
}

// DefaultStore returns the store in $XDG_STATE_HOME/voiceflow/config.
func DefaultStore() Store {
	return Store{Folder: filepath.Join(xdg.StateHome, FolderName, "config"), Now: time.Now}
}

// Keep records contents as the last configuration that worked for a program, and
// makes the daily backup if there is none yet. If a file has become empty, perhaps
// because the disk is full or an editor is still writing it, Keep does nothing.
func (s Store) Keep(program string, place Place, contents []Content) error {
	good := s.lastGood(program)
	anyText := false
	for _, c := range contents {
		if !blank(c.Data) {
			anyText = true
			continue
		}
		old, err := openfile.ReadAll(filepath.Join(good, filepath.Base(c.Path)), maxFile)
		if err == nil && !blank(old) {
			return nil
		}
	}
	if !anyText {
		return nil
	}
	if err := keepOnly(good, place, contents); err != nil {
		return fmt.Errorf("cannot save the last good configuration: %w", err)
	}
	_, err := s.backupAs(filepath.Base(s.dayFolder()), place, contents)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Kept reports whether Keep would have nothing to do.
func (s Store) Kept(program string, place Place, contents []Content) bool {
	for _, file := range place.Files() {
		data, found := dataOf(file, contents)
		old, err := openfile.ReadAll(filepath.Join(s.lastGood(program), filepath.Base(file)), maxFile)
		if found != (err == nil) || !bytes.Equal(old, data) {
			return false
		}
	}
	return copies(s.dayFolder()) != nil
}

func blank(data []byte) bool { return len(bytes.TrimSpace(data)) == 0 }

// LastGood returns the last configuration that worked for a program, and false if
// there is none.
func (s Store) LastGood(program string, place Place) (Place, bool) {
	good := Place{File: filepath.Join(s.lastGood(program), filepath.Base(place.File))}
	if place.Variant != "" {
		good.Variant = filepath.Join(s.lastGood(program), filepath.Base(place.Variant))
	}
	for _, file := range good.Files() {
		if _, err := os.Stat(file); err == nil {
			return good, true
		}
	}
	return Place{}, false
}

func (s Store) lastGood(program string) string {
	return filepath.Join(s.Folder, "last-good", program)
}

// keepOnly updates the copies in a folder: it writes those that differ from
// contents and removes copies of files that no longer exist.
func keepOnly(folder string, place Place, contents []Content) error {
	for _, file := range place.Files() {
		copied := filepath.Join(folder, filepath.Base(file))
		data, found := dataOf(file, contents)
		if !found {
			if err := os.Remove(copied); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		if old, err := openfile.ReadAll(copied, maxFile); err == nil && bytes.Equal(old, data) {
			continue
		}
		if err := wholefile.Write(copied, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func dataOf(path string, contents []Content) ([]byte, bool) {
	for _, c := range contents {
		if c.Path == path {
			return c.Data, true
		}
	}
	return nil, false
}
