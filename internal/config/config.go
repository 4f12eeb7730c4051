// Package config reads the one configuration file of the programs, and looks
// after it: a variant chosen by the environment, a backup a day, the last file
// that worked.
//
//	place, err := config.NewPlace(config.DefaultFile(), os.Getenv("VOICEFLOW_ENV"))
//	contents, err := place.Read()
//	settings, err := config.ParseAll(contents) // [Setting]s with the line and column of each
//	...
//	store.Keep("vf-vad", place, contents)      // it works: remember it
//
// Which keys there are, and what values they take, is known to the programs
// alone: keys are the long names of their flags.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

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

// PositionError is a mistake at a place of a file.
type PositionError struct {
	Position
	Err error
}

func (e *PositionError) Error() string { return fmt.Sprintf("%s: %v", e.Position, e.Err) }

func (e *PositionError) Unwrap() error { return e.Err }

// Errorf is a [PositionError] with a message as fmt.Errorf makes it.
func (p Position) Errorf(format string, args ...any) error {
	return &PositionError{p, fmt.Errorf(format, args...)}
}

// Setting is a key with its value.
type Setting struct {
	Section string // empty at the top of the file, for keys that all programs share
	Key     string
	Values  []string // as a flag takes them; more than one only from a list
	Position
}

// ParseAll reads the settings of a place. The variant's come last, so that who
// takes them in order ends with these.
func ParseAll(contents []Content) ([]Setting, error) {
	var all []Setting
	for _, c := range contents {
		settings, err := Parse(c.Path, c.Data)
		if err != nil {
			return nil, err
		}
		all = append(all, settings...)
	}
	return all, nil
}

// byteOrderMark begins files of some editors of Windows.
var byteOrderMark = []byte("\xef\xbb\xbf")

// Parse reads the content of a file. An error names the line and the column.
func Parse(path string, data []byte) ([]Setting, error) {
	data = bytes.TrimPrefix(data, byteOrderMark)
	var values map[string]any
	if err := toml.Unmarshal(data, &values); err != nil {
		return nil, syntaxError(path, data, err)
	}
	var settings []Setting
	section, p := "", unstable.Parser{}
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		keys, at := key(e, &p, path, data)
		switch {
		case e.Kind == unstable.Table && len(keys) == 1:
			section = keys[0]
		case e.Kind == unstable.Table || e.Kind == unstable.ArrayTable:
			return nil, at.Errorf("[%s]: a section is the name of a program without vf-, such as [vad]", strings.Join(keys, "."))
		case e.Kind == unstable.KeyValue && section == "" && len(keys) == 2:
			settings = append(settings, Setting{Section: keys[0], Key: keys[1], Position: at})
		case e.Kind == unstable.KeyValue && len(keys) == 1:
			settings = append(settings, Setting{Section: section, Key: keys[0], Position: at})
		case e.Kind == unstable.KeyValue:
			return nil, at.Errorf("key %s: keys have no parts", strings.Join(keys, "."))
		}
	}
	if err := p.Error(); err != nil {
		return nil, syntaxError(path, data, err)
	}
	for i := range settings {
		if err := settings[i].take(values); err != nil {
			return nil, err
		}
	}
	return settings, nil
}

func key(e *unstable.Node, p *unstable.Parser, path string, data []byte) (keys []string, at Position) {
	if e.Kind != unstable.Table && e.Kind != unstable.ArrayTable && e.Kind != unstable.KeyValue {
		return nil, at
	}
	for it := e.Key(); it.Next(); {
		if keys == nil {
			start := p.Shape(it.Node().Raw).Start
			at = position(path, data, start.Line, start.Column)
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
			return s.Errorf("key %q: a %s is no value here; write text, a number, true or false", s.Key, kind(v))
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

func syntaxError(path string, data []byte, err error) error {
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, column := decode.Position()
		return position(path, data, line, column).Errorf("%w", err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// position is that of a column in bytes, as the parser counts; editors count
// characters.
func position(path string, data []byte, line, column int) Position {
	for range line - 1 {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	before := data[:min(max(column-1, 0), len(data))]
	return Position{path, line, utf8.RuneCount(before) + 1}
}
