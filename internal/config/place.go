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
)

// Place is where the configuration is: a file, and the variant beside it, whose
// keys come before the file's.
type Place struct {
	File    string
	Variant string // empty: none
}

// FolderName is the programs' folder under those of XDG.
const FolderName = "voiceflow"

// DefaultFile is $XDG_CONFIG_HOME/voiceflow/config.toml.
func DefaultFile() string { return filepath.Join(xdg.ConfigHome, FolderName, "config.toml") }

var variantName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// NewPlace is a file with the variant of a name, such as production:
// config.toml and config.production.toml. Without a name there is none.
func NewPlace(file, variant string) (Place, error) {
	p := Place{File: file}
	if variant == "" {
		return p, nil
	}
	if !variantName.MatchString(variant) {
		return p, fmt.Errorf("VOICEFLOW_ENV %q names no variant: use letters, digits, - and _", variant)
	}
	ext := filepath.Ext(file)
	p.Variant = strings.TrimSuffix(file, ext) + "." + variant + ext
	return p, nil
}

// Files are those of the place, the file first.
func (p Place) Files() []string {
	if p.Variant == "" {
		return []string{p.File}
	}
	return []string{p.File, p.Variant}
}

// Content is a file as it was read.
type Content struct {
	Path string
	Data []byte
}

// Read reads the files of the place that are there, the file first. That none
// is there is fs.ErrNotExist; a variant alone will do.
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
			return nil, fmt.Errorf("VOICEFLOW_ENV asks for a variant that is not there: write %s, or unset it", path)
		default:
			missing = err
		}
	}
	if len(all) == 0 {
		return nil, missing
	}
	return all, nil
}

// readFile is os.ReadFile for which a link that leads nowhere is no missing
// file: somebody meant one to be there.
func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if to, lerr := os.Readlink(path); lerr == nil {
			return nil, fmt.Errorf("%s is a link to %s, which is not there: put the file there, or remove the link", path, to)
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
