package dictation

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"

	"voiceflow/internal/openfile"
)

// file is the content of a table, with details for error messages.
type file struct {
	contents string // such as "commands"
	path     string
	format   string // describes the expected format
	data     []byte
}

// readFile reads the file at path.
func readFile(contents, path, format string) (file, error) {
	f := file{contents: contents, path: path, format: format}
	data, err := openfile.ReadAll(path, 1<<20)
	if err != nil {
		return f, fmt.Errorf("file of %s: %w; give the path of a readable file", contents, err)
	}
	f.data = bytes.TrimPrefix(data, []byte("\ufeff"))
	return f, nil
}

// decode decodes the table into the struct that to points to. Errors include the
// line and column.
func (f file) decode(to any) error {
	dec := toml.NewDecoder(bytes.NewReader(f.data))
	dec.DisallowUnknownFields()
	err := dec.Decode(to)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unknown):
		first := unknown.Errors[0]
		line, column := first.Position()
		return fmt.Errorf("%s %s, line %d, column %d: unknown key %q: %s",
			f.contents, f.path, line, column, strings.Join(first.Key(), "."), f.format)
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		return fmt.Errorf("%s %s, line %d, column %d: %w; %s", f.contents, f.path, line, column, err, f.format)
	}
	return fmt.Errorf("%s %s: %w; %s", f.contents, f.path, err, f.format)
}

// place returns the line and column of the last line that begins with a key, or ""
// if the key is written with escapes. The decoder does not report the positions of
// keys.
func (f file) place(key string) string {
	place := ""
	for i, line := range bytes.Split(f.data, []byte("\n")) {
		start := bytes.TrimLeft(line, " \t")
		for _, quote := range []string{"", `"`, "'"} {
			if bytes.HasPrefix(start, []byte(quote+key+quote)) {
				place = fmt.Sprintf(", line %d, column %d", i+1, len(line)-len(start)+1)
			}
		}
	}
	return place
}

// spoken is a phrase in a list. It has its own type so that errors include the
// position. It is a struct because the decoder does not call UnmarshalText for
// strings.
type spoken struct{ text string }

// UnmarshalText is called by the decoder.
func (s *spoken) UnmarshalText(text []byte) error {
	if !bytes.ContainsFunc(text, isWordRune) && string(text) != everyPhrase {
		return fmt.Errorf("the phrase %q has no letter or digit: spell it the way it is spoken", text)
	}
	s.text = string(text)
	return nil
}

// insert is the text that replaces a phrase.
type insert struct{ text string }

// UnmarshalText is called by the decoder. It rejects what cannot be typed, because
// text from files is not cleaned later.
func (s *insert) UnmarshalText(text []byte) error {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	for _, r := range string(text) {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return fmt.Errorf("the control character %U cannot be typed: remove it", r)
		}
	}
	s.text = string(text)
	return nil
}
