package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/adrg/xdg"

	"voiceflow/internal/openfile"
)

// Place is the location of the configuration: a file and optionally a variant next
// to it, whose keys override those of the file.
type Place struct {
	File    string
	Variant string // empty if none
}

// FolderName is the name of the programs' folder in the XDG base directories.
const FolderName = "voiceflow"

// DefaultFile is $XDG_CONFIG_HOME/voiceflow/config.toml.
func DefaultFile() string { return filepath.Join(xdg.ConfigHome, FolderName, "config.toml") }

var variantName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// NewPlace returns the place of a file and its named variant, such as config.toml
// and config.production.toml for "production". With an empty name there is no
// variant.
func NewPlace(file, variant string) (Place, error) {
	p := Place{File: file}
	if variant == "" {
		return p, nil
	}
	if !variantName.MatchString(variant) {
		return p, fmt.Errorf("VOICEFLOW_ENV %q is not a valid variant name: use up to 64 letters, digits, - and _", variant)
	}
	ext := filepath.Ext(file)
	p.Variant = strings.TrimSuffix(file, ext) + "." + variant + ext
	return p, nil
}

// Files returns the paths of the place, the base file first.
func (p Place) Files() []string {
	if p.Variant == "" {
		return []string{p.File}
	}
	return []string{p.File, p.Variant}
}

// Content is the contents of a file.
type Content struct {
	Path string
	Data []byte
}

// Read reads the files of the place, the base file first. The base file may be
// missing if there is a variant. It returns fs.ErrNotExist if there is no file at
// all and another error if a variant is missing.
func (p Place) Read() ([]Content, error) {
	var all []Content
	var missing error
	for _, path := range p.Files() {
		switch data, err := readFile(path); {
		case err == nil:
			all = append(all, Content{path, data})
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		case path == p.Variant:
			return nil, fmt.Errorf("VOICEFLOW_ENV selects a missing variant: create %s, or unset VOICEFLOW_ENV", path)
		default:
			missing = err
		}
	}
	if len(all) == 0 {
		return nil, missing
	}
	return all, nil
}

// maxFile is the maximum length of a configuration file, in bytes.
const maxFile = 1 << 20

// readFile is like [openfile.ReadAll], but does not return fs.ErrNotExist for a dangling
// link: the user meant a file to exist there.
func readFile(path string) ([]byte, error) {
	data, err := openfile.ReadAll(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		if to, lerr := os.Readlink(path); lerr == nil {
			return nil, fmt.Errorf("%s is a link to %s, which does not exist: create the file, or remove the link", path, to)
		}
	}
	return data, err
}

// Load reads the settings of the file and its variant.
func (p Place) Load() ([]Setting, error) {
	contents, err := p.Read()
	if err != nil {
		return nil, err
	}
	return ParseAll(contents)
}
