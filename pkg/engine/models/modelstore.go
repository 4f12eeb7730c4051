// Package models keeps speech models as files in one folder. It lists the published
// models, downloads them by name and checks every file against its SHA-256.
//
// A download can be interrupted at any time and resumes where it stopped: the bytes so
// far are in FILE.part, and FILE.part.json records which version of the file they belong
// to. A file with the model's own name is always complete.
//
// For processors, which are faster with 8-bit weights, the package keeps quantised copies
// of models.
//
// It does not load models, choose one for the user, read the environment or print.
package models

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
)

var (
	// ErrUnknown: no model has this name.
	ErrUnknown = errors.New("unknown model")
	// ErrNotInstalled: the model is not in the store.
	ErrNotInstalled = errors.New("not installed")
	// ErrWrongBytes: a file or a download does not match its hash or size.
	ErrWrongBytes = errors.New("wrong bytes")
	// ErrNoHash: there is no hash to check a file against.
	ErrNoHash = errors.New("no hash to check it against")
	// ErrBusy: another pull of the same model is running.
	ErrBusy = errors.New("another program is downloading it")
)

// Store is a folder of models and where they are downloaded from. Zero durations and numbers
// stand for defaults.
type Store struct {
	Dir     string       // folder of the files, created by the first download
	BaseURL string       // of a mirror that has models at BaseURL/FILE; empty: the publisher
	Token   string       // sent to huggingface.co, over https, and to no other host; empty: none
	Client  *http.Client // nil: net/http's default. Set no Timeout: downloads take long
	Models  []Model      // available models; nil: those of Known

	// MirrorToken is sent to the host of BaseURL, over https or within this machine, and to no
	// other host; empty: none.
	MirrorToken string

	Stall    time.Duration // without a byte, after which a connection counts as broken; 0: a minute
	MinRate  int64         // bytes per second below which a connection counts as broken; 0: 1000
	RateOver time.Duration // over which MinRate is measured; 0: a minute
	Delay    time.Duration // after an attempt without progress, doubled each time; 0: a second
	Tries    int           // attempts in a row that may make no progress; 0: five

	free  func(dir string) (uint64, error) // free bytes on the disk; nil: ask the system
	limit int64                            // bytes of a model of unknown size; 0: maxModel
}

// maxModel is the most that a model of unknown size may have, in bytes: five times the largest
// of Known.
const maxModel = 16 << 30

// Default returns the user's own store: voiceflow/models in the XDG data folder.
func Default() Store {
	return Store{Dir: filepath.Join(xdg.DataHome, "voiceflow", "models")}
}

// Path returns the file of an installed model. The error is [ErrUnknown] or [ErrNotInstalled],
// or says why the file is unavailable. The bytes are not checked: Pull has done that, and
// Verify repeats it.
func (s Store) Path(name string) (string, error) {
	m, err := s.Find(name)
	if err != nil {
		return "", err
	}
	path := filepath.Join(s.Dir, m.File)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("model %s: %w: %s does not exist; run vf-transcribe models pull %s",
			name, ErrNotInstalled, path, name)
	case err != nil:
		return "", fmt.Errorf("model %s: %w", name, err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("model %s: %s is not a file; remove it and run vf-transcribe models pull %s", name, path, name)
	}
	return path, nil
}

// Locate returns the file of a model that a user gives as a path or as a name in the store. A
// path has a slash or ends in .bin or .gguf. Anything else is a name, whatever the current
// folder contains: a file planted there must not take a model's place. Whether the file of a
// path exists, and is a model, is only checked when it is opened.
func (s Store) Locate(name string) (string, error) {
	if isPath(name) {
		if strings.ContainsRune(name, 0) {
			return "", fmt.Errorf("model %q: a path cannot contain a NUL character", name)
		}
		return name, nil
	}
	path, err := s.Usable(name)
	if err == nil {
		return path, nil
	}
	if info, statErr := os.Stat(name); statErr == nil && !info.IsDir() {
		return "", fmt.Errorf("%w; for the file in this folder, write .%c%s", err, filepath.Separator, name)
	}
	return "", err
}

// isPath reports whether a user means a file rather than a name in the store.
func isPath(name string) bool {
	ext := filepath.Ext(name)
	return strings.ContainsRune(name, '/') || strings.ContainsRune(name, filepath.Separator) ||
		strings.EqualFold(ext, ".bin") || strings.EqualFold(ext, ".gguf")
}

// Installed is a model in the store.
type Installed struct {
	Model
	Path string
	Size int64 // bytes
}

// Installed lists the models in the store, in the order of Known. A folder that does not exist
// contains none.
func (s Store) Installed() ([]Installed, error) {
	models := s.Models
	if models == nil {
		models = Known()
	}
	var found []Installed
	for _, m := range models {
		path := filepath.Join(s.Dir, m.File)
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("models: %w", err)
		case info.Mode().IsRegular():
			found = append(found, Installed{Model: m, Path: path, Size: info.Size()})
		}
	}
	return found, nil
}

func (s Store) stall() time.Duration    { return positive(s.Stall, time.Minute) }
func (s Store) minRate() int64          { return positive(s.MinRate, 1000) }
func (s Store) rateOver() time.Duration { return positive(s.RateOver, time.Minute) }
func (s Store) maxModel() int64         { return positive(s.limit, maxModel) }
func (s Store) delay() time.Duration    { return positive(s.Delay, time.Second) }
func (s Store) tries() int              { return positive(s.Tries, 5) }

// positive returns a setting, or its default if it is not above zero.
func positive[T int | int64 | time.Duration](setting, fallback T) T {
	if setting > 0 {
		return setting
	}
	return fallback
}
