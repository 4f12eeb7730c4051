package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2"
)

// Store keeps copies of the configuration: a backup for each of the last days,
// and for each program the last file that it could read. What one program can
// read may be wrong for another.
type Store struct {
	Folder string
	Now    func() time.Time // the day of a backup
}

// DefaultStore is in $XDG_STATE_HOME/voiceflow/config.
func DefaultStore() Store {
	return Store{Folder: filepath.Join(xdg.StateHome, FolderName, "config"), Now: time.Now}
}

// KeptBackups is how many backups are kept.
const KeptBackups = 7

// backupTime names a backup that was asked for; the day's has the date alone.
const backupTime = "2006-01-02T150405"

// Backup is a copy of the configuration's files.
type Backup struct {
	Name  string // its time, as 2006-01-02 or 2006-01-02T150405; names sort by time
	Files []string
}

// Keep notes that a program could read the configuration, and makes the day's
// backup if there is none yet.
func (s Store) Keep(program string, place Place) error {
	if err := s.copyTo(s.lastGood(program), place); err != nil {
		return fmt.Errorf("last good configuration: %w", err)
	}
	if err := os.MkdirAll(s.backups(), 0o700); err != nil {
		return fmt.Errorf("backup of the configuration: %w", err)
	}
	// The programs of a pipeline start together: who makes the folder makes the
	// backup.
	today := s.Now().Format(time.DateOnly)
	err := os.Mkdir(filepath.Join(s.backups(), today), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		_, err = s.backup(today, place)
	}
	return err
}

// LastGood is the configuration that a program could read the last time; false
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

func (s Store) backups() string { return filepath.Join(s.Folder, "backups") }

// Backup copies the configuration now, under its time, and removes the oldest
// copies beyond KeptBackups.
func (s Store) Backup(place Place) (Backup, error) {
	return s.backup(s.Now().Format(backupTime), place)
}

func (s Store) backup(name string, place Place) (Backup, error) {
	folder := filepath.Join(s.backups(), name)
	if err := s.copyTo(folder, place); err != nil {
		return Backup{}, fmt.Errorf("backup of the configuration: %w", err)
	}
	backups, err := s.Backups()
	if err != nil {
		return Backup{}, err
	}
	for _, old := range backups[min(KeptBackups, len(backups)):] {
		if err := os.RemoveAll(filepath.Join(s.backups(), old.Name)); err != nil {
			return Backup{}, fmt.Errorf("old backup: %w", err)
		}
	}
	return s.find(name)
}

// Backups are those that are kept, the latest first.
func (s Store) Backups() ([]Backup, error) {
	entries, err := os.ReadDir(s.backups())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("backups of the configuration: %w", err)
	}
	var all []Backup
	for _, e := range entries {
		if !isBackup(e.Name()) {
			continue
		}
		files, err := filepath.Glob(filepath.Join(s.backups(), e.Name(), "*.toml"))
		if err == nil && len(files) > 0 {
			all = append(all, Backup{Name: e.Name(), Files: files})
		}
	}
	slices.Reverse(all)
	return all, nil
}

func isBackup(name string) bool {
	_, err := time.Parse(time.DateOnly, name)
	if err != nil {
		_, err = time.Parse(backupTime, name)
	}
	return err == nil
}

func (s Store) find(name string) (Backup, error) {
	backups, err := s.Backups()
	if err != nil {
		return Backup{}, err
	}
	for _, b := range backups {
		if b.Name == name {
			return b, nil
		}
	}
	return Backup{}, fmt.Errorf("no backup %q; vf-health config backup --list shows those there are", name)
}

// Restore puts a backup's files, by its name or "latest", in place of
// the configuration's, after a backup of these.
func (s Store) Restore(name string, place Place) (Backup, error) {
	backups, err := s.Backups()
	if err != nil {
		return Backup{}, err
	}
	if name == "latest" && len(backups) > 0 {
		name = backups[0].Name
	}
	backup, err := s.find(name)
	if err != nil {
		return Backup{}, err
	}
	// Read before the backup of today's files may push it out.
	contents := map[string][]byte{}
	for _, file := range backup.Files {
		if contents[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			return Backup{}, fmt.Errorf("backup: %w", err)
		}
	}
	if _, err := s.Backup(place); err != nil {
		return Backup{}, err
	}
	for name, data := range contents {
		if err := Write(filepath.Join(filepath.Dir(place.File), name), data); err != nil {
			return Backup{}, err
		}
	}
	return backup, nil
}

// copyTo copies the files of a place that are there into a folder, where they
// differ, and none that is not there. It is an error where nothing is.
func (s Store) copyTo(folder string, place Place) error {
	found := false
	for _, file := range place.Files() {
		copied := filepath.Join(folder, filepath.Base(file))
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			if err := os.Remove(copied); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		found = true
		if old, err := os.ReadFile(copied); err == nil && bytes.Equal(old, data) {
			continue
		}
		if err := Write(copied, data); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%w: %s", fs.ErrNotExist, place.File)
	}
	return nil
}

// Write puts a file in place as a whole, and makes its folder.
func Write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return renameio.WriteFile(path, data, 0o600)
}
