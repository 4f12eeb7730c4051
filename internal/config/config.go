// Package config reads and maintains the configuration file that all programs
// share: variants selected by the environment, daily backups and a copy of the
// last file that worked.
//
//	place, err := config.NewPlace(config.DefaultFile(), os.Getenv("VOICEFLOW_ENV"))
//	contents, err := place.Read()
//	settings, err := config.ParseAll(contents) // [Setting]s with the line and column of each
//	...
//	store.Keep("vf-vad", place, contents)      // it works: remember it
//
// The package does not know the valid keys or values. Those are up to the
// programs: keys are the long names of their flags.
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

// Position is a position in a file. Lines and columns start at 1.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string {
	return fmt.Sprintf("%s: line %d, column %d", p.File, p.Line, p.Column)
}

// PositionError is a mistake at a position in a file.
type PositionError struct {
	Position
	Err error
}

func (e *PositionError) Error() string { return fmt.Sprintf("%s: %v", e.Position, e.Err) }

func (e *PositionError) Unwrap() error { return e.Err }

// Errorf returns a [PositionError] with a message formatted by fmt.Errorf.
func (p Position) Errorf(format string, args ...any) error {
	return &PositionError{p, fmt.Errorf(format, args...)}
}

// Setting is a key with its value.
type Setting struct {
	Section string // empty for the shared keys at the top of the file
	Key     string
	Values  []string // in the syntax of flags; more than one only for lists
	Position
}

// ParseAll parses the files of a place. The variant's settings come last, so that
// they override the others when applied in order.
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

// byteOrderMark is written at the start of files by some Windows editors.
var byteOrderMark = []byte("\xef\xbb\xbf")

// Parse parses the contents of a file. Errors name the line and column.
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
			return nil, at.Errorf("[%s]: a section must be the name of a program without vf-, such as [vad]",
				strings.Join(keys, "."))
		case e.Kind == unstable.KeyValue && section == "" && len(keys) == 2:
			settings = append(settings, Setting{Section: keys[0], Key: keys[1], Position: at})
		case e.Kind == unstable.KeyValue && len(keys) == 1:
			settings = append(settings, Setting{Section: section, Key: keys[0], Position: at})
		case e.Kind == unstable.KeyValue:
			return nil, at.Errorf("key %s: a key must not contain a dot", strings.Join(keys, "."))
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

// take sets the setting's values from the parsed file.
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
			return s.Errorf("key %q: a %s is not allowed here; use a string, a number, true or false", s.Key, kind(v))
		}
	}
	return nil
}

func kind(v any) string {
	switch v.(type) {
	case map[string]any:
		return "table"
	case []any:
		return "list within a list"
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

// position converts the parser's column, in bytes, to one in characters, as
// editors count.
func position(path string, data []byte, line, column int) Position {
	for range line - 1 {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	before := data[:min(max(column-1, 0), len(data))]
	return Position{path, line, utf8.RuneCount(before) + 1}
}
