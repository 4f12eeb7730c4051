// Package config reads the one configuration file of the programs, and looks
// after it: a variant chosen by the environment, a backup a day, the last file
// that worked.
//
//	place := config.Default(os.Getenv("VOICEFLOW_ENV"))
//	settings, err := place.Load() // [Setting]s with the line and column of each
//	...
//	store.Keep("vf-vad", place)   // it works: remember it
//
// Which keys there are, and what values they take, is known to the programs
// alone: keys are the long names of their flags.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Position is a place in a file; lines and columns count from 1.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string {
	return fmt.Sprintf("%s: line %d, column %d", p.File, p.Line, p.Column)
}

// Setting is a key with its value.
type Setting struct {
	Section string // empty at the top of the file, for keys that all programs share
	Key     string
	Values  []string // as a flag takes them; more than one only from a list
	Position
}

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

// Load reads the file and its variant. The variant's settings come last, so
// that who takes them in order ends with these. That the file is not there is
// fs.ErrNotExist; a variant alone will do.
func (p Place) Load() ([]Setting, error) {
	settings, err := load(p.File)
	if p.Variant == "" || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return settings, err
	}
	variant, err := load(p.Variant)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("VOICEFLOW_ENV asks for a variant that is not there: write %s, or unset it", p.Variant)
	}
	return append(settings, variant...), err
}

func load(path string) ([]Setting, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads the content of a file. An error names the line and the column.
func Parse(path string, data []byte) ([]Setting, error) {
	var values map[string]any
	if err := toml.Unmarshal(data, &values); err != nil {
		return nil, syntaxError(path, err)
	}
	var settings []Setting
	section, p := "", unstable.Parser{}
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		keys, at := key(e, &p, path)
		switch {
		case e.Kind == unstable.Table && len(keys) == 1:
			section = keys[0]
		case e.Kind == unstable.Table || e.Kind == unstable.ArrayTable:
			return nil, fmt.Errorf("%s: [%s]: a section is the name of a program without vf-, such as [vad]", at, strings.Join(keys, "."))
		case e.Kind == unstable.KeyValue && section == "" && len(keys) == 2:
			settings = append(settings, Setting{Section: keys[0], Key: keys[1], Position: at})
		case e.Kind == unstable.KeyValue && len(keys) == 1:
			settings = append(settings, Setting{Section: section, Key: keys[0], Position: at})
		case e.Kind == unstable.KeyValue:
			return nil, fmt.Errorf("%s: key %s: keys have no parts", at, strings.Join(keys, "."))
		}
	}
	if err := p.Error(); err != nil {
		return nil, syntaxError(path, err)
	}
	for i := range settings {
		if err := settings[i].take(values); err != nil {
			return nil, err
		}
	}
	return settings, nil
}

func key(e *unstable.Node, p *unstable.Parser, path string) (keys []string, at Position) {
	if e.Kind != unstable.Table && e.Kind != unstable.ArrayTable && e.Kind != unstable.KeyValue {
		return nil, at
	}
	for it := e.Key(); it.Next(); {
		if keys == nil {
			start := p.Shape(it.Node().Raw).Start
			at = Position{path, start.Line, start.Column}
		}
		keys = append(keys, string(it.Node().Data))
	}
	return keys, at
}

// take finds the setting's value.
func (s *Setting) take(values map[string]any) error {
	if s.Section != "" {
		values, _ = values[s.Section].(map[string]any)
	}
	value := values[s.Key]
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	for _, v := range list {
		switch v := v.(type) {
		case string:
			s.Values = append(s.Values, v)
		case bool, int64, float64:
			s.Values = append(s.Values, fmt.Sprint(v))
		default:
			return fmt.Errorf("%s: key %q: a %s is no value here; write text, a number, true or false", s.Position, s.Key, kind(v))
		}
	}
	return nil
}

func kind(v any) string {
	switch v.(type) {
	case map[string]any:
		return "table"
	case []any:
		return "list in a list"
	case time.Time, toml.LocalDate, toml.LocalDateTime, toml.LocalTime:
		return "date"
	}
	return fmt.Sprintf("%T", v)
}

func syntaxError(path string, err error) error {
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, column := decode.Position()
		return fmt.Errorf("%s: %w", Position{path, line, column}, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}
