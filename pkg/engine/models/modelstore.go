// Package models keeps speech models as files in one folder: it knows what
// is published, downloads it by name, and holds every file to its SHA-256.
//
// A download can be broken off at any moment and goes on where it stopped: the
// bytes that are there are in FILE.part, and FILE.part.json says which version
// of the file they belong to. A file of the model's own name is always whole.
//
// For processors, which are faster with weights of 8 bits, it keeps quantised
// copies of models.
//
// It does not load models; nor does it choose one for the user, read the
// environment, or print.
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
	// ErrUnknown: no model has the name.
	ErrUnknown = errors.New("unknown model")
	// ErrNotInstalled: the model is not in the store.
	ErrNotInstalled = errors.New("not installed")
	// ErrWrongBytes: a file or a download is not what its hash or size says.
	ErrWrongBytes = errors.New("wrong bytes")
	// ErrNoHash: nothing is known that a file could be held to.
	ErrNoHash = errors.New("no hash to check it against")
	// ErrBusy: another pull of the same model is under way.
	ErrBusy = errors.New("another program is downloading it")
)

// Store is a folder of models and where they come from. Its zero times and
// numbers stand for the usual ones.
type Store struct {
	Dir     string       // folder of the files, made when the first comes
	BaseURL string       // of a mirror, which has a model at BaseURL/FILE; empty: its publisher
	Token   string       // for the mirror's or publisher's host; empty: none
	Client  *http.Client // nil: net/http's own. It should have no Timeout: downloads are long
	Models  []Model      // what can be had; nil: what is known

	Stall time.Duration // without a byte counts as broken off; 0: a minute
	Delay time.Duration // before a second try that follows a fruitless one, doubled for each further; 0: a second
	Tries int           // that may bring next to nothing, in a row; 0: five

	free func(dir string) (uint64, error) // bytes on the disk; nil: as the system says
}

// Default is the user's own store: voiceflow/models in the XDG data folder.
func Default() Store {
	return Store{Dir: filepath.Join(xdg.DataHome, "voiceflow", "models")}
}

// Path is the file of an installed model. The error is [ErrUnknown] or
// [ErrNotInstalled], or says why the file cannot be had. The bytes are not
// checked: Pull did that, and Verify does it again.
func (s Store) Path(name string) (string, error) {
	m, err := s.Find(name)
	if err != nil {
		return "", err
	}
	path := filepath.Join(s.Dir, m.File)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("model %s: %w: there is no %s; run vf-transcribe models pull %s", name, ErrNotInstalled, path, name)
	case err != nil:
		return "", fmt.Errorf("model %s: %w", name, err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("model %s: %s is not a file; remove it and run vf-transcribe models pull %s", name, path, name)
	}
	return path, nil
}

// Locate is the file of a model that a user names by its file or, in the store,
// by its name, which a folder of the same name does not hide. Whether a named
// file is there, and a model, shows when it is opened.
func (s Store) Locate(name string) (string, error) {
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() || strings.ContainsRune(name, filepath.Separator) || filepath.Ext(name) == ".bin" {
		return name, nil
	}
	return s.Usable(name)
}

// Installed is a model in the store.
type Installed struct {
	Model
	Path string
	Size int64 // bytes on the disk
}

// Installed lists the models in the store, in the order in which they are
// known. A folder that is not there has none.
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

func (s Store) stall() time.Duration {
	if s.Stall > 0 {
		return s.Stall
	}
	return time.Minute
}

func (s Store) delay() time.Duration {
	if s.Delay > 0 {
		return s.Delay
	}
	return time.Second
}

func (s Store) tries() int {
	if s.Tries > 0 {
		return s.Tries
	}
	return 5
}
