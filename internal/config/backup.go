package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// KeptBackups is the number of daily backups to keep, and also the number of
// requested ones.
const KeptBackups = 7

// backupTime is the name of a requested backup; a daily one is named by its date.
const backupTime = "2006-01-02T150405"

// originFile, within a backup, holds the path of the file it was made from, unless
// that is the default file.
const originFile = ".of"

// Backup is a copy of the configuration files.
type Backup struct {
	Name  string // time as 2006-01-02 or 2006-01-02T150405, so that names sort by time
	Files []string
}

func (s Store) backups() string { return filepath.Join(s.Folder, "backups") }

// dayFolder is the folder of today's backup.
func (s Store) dayFolder() string { return filepath.Join(s.backups(), s.Now().Format(time.DateOnly)) }

// Backup copies the configuration, names the copy by the current time and removes
// the oldest copies beyond KeptBackups. It returns fs.ErrNotExist if there are no
// files.
func (s Store) Backup(place Place) (Backup, error) { return s.backupOf(place, place.Files()) }

// backupOf copies the files that exist.
func (s Store) backupOf(place Place, files []string) (Backup, error) {
	contents, err := readExisting(files)
	if err == nil && len(contents) == 0 {
		err = fmt.Errorf("%w: %s", fs.ErrNotExist, place.File)
	}
	if err != nil {
		return Backup{}, fmt.Errorf("cannot back up the configuration: %w", err)
	}
	at, err := s.next(place)
	if err != nil {
		return Backup{}, err
	}
	for ; ; at = at.Add(time.Second) {
		backup, err := s.backupAs(at.Format(backupTime), place, contents)
		if !errors.Is(err, fs.ErrExist) {
			return backup, err
		}
	}
}

// next returns the time to name a new backup by: now, but at least a second after
// the latest requested one, so that names are unique and sort in order.
func (s Store) next(place Place) (time.Time, error) {
	all, err := s.Backups(place)
	now := s.Now()
	for _, b := range all {
		at, err := time.ParseInLocation(backupTime, b.Name, now.Location())
		if err == nil && !now.Truncate(time.Second).After(at) {
			return at.Add(time.Second), nil
		}
	}
	return now, err
}

// readExisting reads the files that exist.
func readExisting(files []string) (contents []Content, err error) {
	for _, file := range files {
		data, err := openfile.ReadAll(file, maxFile)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		contents = append(contents, Content{file, data})
	}
	return contents, nil
}

// backupAs makes a backup with this name, completely or not at all. It returns
// fs.ErrExist if there already is one: the programs of a pipeline start together,
// and only one of them makes the daily backup.
func (s Store) backupAs(name string, place Place, contents []Content) (Backup, error) {
	folder := filepath.Join(s.backups(), name)
	if copies(folder) != nil {
		return Backup{}, fs.ErrExist
	}
	if err := s.fill(folder, place, contents); err != nil {
		return Backup{}, fmt.Errorf("cannot back up the configuration: %w", err)
	}
	if err := s.prune(place); err != nil {
		return Backup{}, fmt.Errorf("cannot remove old backups of the configuration: %w", err)
	}
	return Backup{Name: name, Files: copies(folder)}, nil
}

// fill writes the copies to a temporary folder and then renames it to folder.
func (s Store) fill(folder string, place Place, contents []Content) error {
	if err := os.MkdirAll(s.backups(), 0o700); err != nil {
		return err
	}
	made, err := os.MkdirTemp(s.backups(), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made) // unless it was renamed
	if of := origin(place); of != "" {
		contents = append(slices.Clone(contents), Content{originFile, []byte(of)})
	}
	for _, c := range contents {
		if err := wholefile.Write(filepath.Join(made, filepath.Base(c.Path)), c.Data, 0o600); err != nil {
			return err
		}
	}
	_ = os.Remove(folder) // an empty one, left by a full disk
	return os.Rename(made, folder)
}

// origin identifies the file that a backup is made from, since files in different
// folders may have the same name. It is empty for the default file, so that the
// user's home can move.
func origin(place Place) string {
	path, err := filepath.Abs(place.File)
	switch {
	case err != nil:
		return place.File
	case path == filepath.Clean(DefaultFile()):
		return ""
	}
	return path
}

// prune removes the oldest backups of a place. Daily and requested ones are
// counted separately.
func (s Store) prune(place Place) error {
	all, err := s.Backups(place)
	if err != nil {
		return err
	}
	daily, requested := 0, 0
	for _, b := range all {
		count := &requested
		if len(b.Name) == len(time.DateOnly) {
			count = &daily
		}
		if *count++; *count > KeptBackups {
			if err := os.RemoveAll(filepath.Join(s.backups(), b.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Backups returns the backups of a place, latest first.
func (s Store) Backups(place Place) ([]Backup, error) {
	entries, err := os.ReadDir(s.backups())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot list backups of the configuration: %w", err)
	}
	var all []Backup
	for _, e := range entries {
		folder := filepath.Join(s.backups(), e.Name())
		if !isBackup(e.Name()) {
			continue
		}
		of, _ := openfile.ReadAll(filepath.Join(folder, originFile), maxFile)
		if string(of) != origin(place) {
			continue
		}
		if files := copies(folder); len(files) > 0 {
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

// copies returns the files in a backup's folder, or none if it cannot be read.
func copies(folder string) (files []string) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files
}

// Restore replaces the configuration with the backup of this name, or with the
// "latest". It backs up the current files first.
func (s Store) Restore(name string, place Place) (Backup, error) {
	backups, err := s.Backups(place)
	if err != nil {
		return Backup{}, err
	}
	i := slices.IndexFunc(backups, func(b Backup) bool { return b.Name == name })
	if name == "latest" && len(backups) > 0 {
		i = 0
	}
	if i < 0 {
		return Backup{}, fmt.Errorf("no backup %q of %s; list backups with: vf-health config backup --list",
			name, place.File)
	}
	// Read these now, as backing up the current files may prune this backup.
	contents, replaced := []Content(nil), place.Files()
	for _, copied := range backups[i].Files {
		data, err := openfile.ReadAll(copied, maxFile)
		if err != nil {
			return Backup{}, fmt.Errorf("cannot read backup: %w", err)
		}
		path := filepath.Join(filepath.Dir(place.File), filepath.Base(copied))
		contents = append(contents, Content{path, data})
		if !slices.Contains(replaced, path) {
			replaced = append(replaced, path)
		}
	}
	// If no files exist, there is nothing to back up.
	if _, err := s.backupOf(place, replaced); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Backup{}, err
	}
	for _, c := range contents {
		if err := wholefile.Write(c.Path, c.Data, 0o600); err != nil {
			return Backup{}, err
		}
	}
	return backups[i], nil
}
