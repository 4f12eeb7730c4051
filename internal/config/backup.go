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

	"voiceflow/internal/wholefile"
)

// KeptBackups is how many backups are kept of the days', and as many of those
// that were asked for.
const KeptBackups = 7

// backupTime names a backup that was asked for; the day's has the date alone.
const backupTime = "2006-01-02T150405"

// originFile tells, within a backup, which file it is of, unless that is the
// usual one.
const originFile = ".of"

// Backup is a copy of the configuration's files.
type Backup struct {
	Name  string // its time, as 2006-01-02 or 2006-01-02T150405; names sort by time
	Files []string
}

func (s Store) backups() string { return filepath.Join(s.Folder, "backups") }

// dayFolder is that of the day's backup.
func (s Store) dayFolder() string { return filepath.Join(s.backups(), s.Now().Format(time.DateOnly)) }

// Backup copies the configuration now, under its time, and removes the oldest
// copies beyond KeptBackups. Without any file it is fs.ErrNotExist.
func (s Store) Backup(place Place) (Backup, error) { return s.backupOf(place, place.Files()) }

// backupOf copies those of some files that are there.
func (s Store) backupOf(place Place, files []string) (Backup, error) {
	contents, err := readThere(files)
	if err == nil && len(contents) == 0 {
		err = fmt.Errorf("%w: %s", fs.ErrNotExist, place.File)
	}
	if err != nil {
		return Backup{}, fmt.Errorf("backup of the configuration: %w", err)
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

// next is now, or the second after the latest backup that was asked for: none
// replaces another, and they sort as they were made.
func (s Store) next(place Place) (time.Time, error) {
	all, err := s.Backups(place)
	now := s.Now()
	for _, b := range all {
		if at, err := time.ParseInLocation(backupTime, b.Name, now.Location()); err == nil && !now.Truncate(time.Second).After(at) {
			return at.Add(time.Second), nil
		}
	}
	return now, err
}

// readThere reads the files that are there.
func readThere(files []string) (contents []Content, err error) {
	for _, file := range files {
		data, err := os.ReadFile(file)
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

// backupAs makes the backup of a name, whole or not at all; it is fs.ErrExist
// where there is one already. The programs of a pipeline start together, and
// one of them makes the day's.
func (s Store) backupAs(name string, place Place, contents []Content) (Backup, error) {
	folder := filepath.Join(s.backups(), name)
	if copies(folder) != nil {
		return Backup{}, fs.ErrExist
	}
	if err := s.fill(folder, place, contents); err != nil {
		return Backup{}, fmt.Errorf("backup of the configuration: %w", err)
	}
	if err := s.prune(place); err != nil {
		return Backup{}, fmt.Errorf("old backup: %w", err)
	}
	return Backup{Name: name, Files: copies(folder)}, nil
}

// fill writes the copies beside the folder, and gives them its name at the end.
func (s Store) fill(folder string, place Place, contents []Content) error {
	if err := os.MkdirAll(s.backups(), 0o700); err != nil {
		return err
	}
	made, err := os.MkdirTemp(s.backups(), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made) // where it has not got its name
	if of := origin(place); of != "" {
		contents = append(slices.Clone(contents), Content{originFile, []byte(of)})
	}
	for _, c := range contents {
		if err := wholefile.Write(filepath.Join(made, filepath.Base(c.Path)), c.Data, 0o600); err != nil {
			return err
		}
	}
	_ = os.Remove(folder) // an empty one of a time when the disk was full
	return os.Rename(made, folder)
}

// origin tells the files of one name in different folders apart; it is empty
// for the usual one, wherever the user's home comes to be.
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

// prune removes the oldest backups of a place. Those that were asked for push
// out none of the days'.
func (s Store) prune(place Place) error {
	all, err := s.Backups(place)
	if err != nil {
		return err
	}
	days, asked := 0, 0
	for _, b := range all {
		count := &asked
		if len(b.Name) == len(time.DateOnly) {
			count = &days
		}
		if *count++; *count > KeptBackups {
			if err := os.RemoveAll(filepath.Join(s.backups(), b.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Backups are those of a place, the latest first.
func (s Store) Backups(place Place) ([]Backup, error) {
	entries, err := os.ReadDir(s.backups())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("backups of the configuration: %w", err)
	}
	var all []Backup
	for _, e := range entries {
		folder := filepath.Join(s.backups(), e.Name())
		if !isBackup(e.Name()) {
			continue
		}
		of, _ := os.ReadFile(filepath.Join(folder, originFile))
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

// copies are the files in a backup's folder.
func copies(folder string) (files []string) {
	entries, _ := os.ReadDir(folder) // one that cannot be read has none
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files
}

// Restore puts a backup's files, by its name or "latest", in place of
// the configuration's, after a backup of these.
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
		return Backup{}, fmt.Errorf("no backup %q of %s; vf-health config backup --list shows those there are", name, place.File)
	}
	// Read before the backup of today's files may push it out.
	contents, replaced := []Content(nil), place.Files()
	for _, copied := range backups[i].Files {
		data, err := os.ReadFile(copied)
		if err != nil {
			return Backup{}, fmt.Errorf("backup: %w", err)
		}
		path := filepath.Join(filepath.Dir(place.File), filepath.Base(copied))
		contents = append(contents, Content{path, data})
		if !slices.Contains(replaced, path) {
			replaced = append(replaced, path)
		}
	}
	// Where nothing is there, nothing is lost.
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
