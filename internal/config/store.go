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

	"voiceflow/internal/wholefile"
)

// Store keeps copies of the configuration: backups, and for each program the
// last file that it could use. What one program can use may be wrong for
// another.
type Store struct {
	Folder string
	Now    func() time.Time // the time of a backup
}

// DefaultStore is in $XDG_STATE_HOME/voiceflow/config.
func DefaultStore() Store {
	return Store{Folder: filepath.Join(xdg.StateHome, FolderName, "config"), Now: time.Now}
}

// Keep notes that a program could use what it read of the place, and makes the
// day's backup if there is none yet. Where a file has become empty, as a full
// disk or an editor that is writing leaves it, nothing is kept.
func (s Store) Keep(program string, place Place, contents []Content) error {
	good := s.lastGood(program)
	something := false
	for _, c := range contents {
		if !blank(c.Data) {
			something = true
		} else if old, err := os.ReadFile(filepath.Join(good, filepath.Base(c.Path))); err == nil && !blank(old) {
			return nil
		}
	}
	if !something {
		return nil
	}
	if err := keepOnly(good, place, contents); err != nil {
		return fmt.Errorf("last good configuration: %w", err)
	}
	_, err := s.backupAs(filepath.Base(s.dayFolder()), place, contents)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Kept tells whether all that Keep would do is done.
func (s Store) Kept(program string, place Place, contents []Content) bool {
	for _, file := range place.Files() {
		data, found := dataOf(file, contents)
		old, err := os.ReadFile(filepath.Join(s.lastGood(program), filepath.Base(file)))
		if found != (err == nil) || !bytes.Equal(old, data) {
			return false
		}
	}
	return copies(s.dayFolder()) != nil
}

func blank(data []byte) bool { return len(bytes.TrimSpace(data)) == 0 }

// LastGood is the configuration that a program could use the last time; false
// where there is none.
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

// keepOnly makes the copies in a folder those of a place as it is: the files
// that are there, where they differ, and none of the place that is not there.
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
		if old, err := os.ReadFile(copied); err == nil && bytes.Equal(old, data) {
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
