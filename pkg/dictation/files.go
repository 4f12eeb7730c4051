package dictation

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
)

// file is a table as it was read, and what to say about it.
type file struct {
	what, path, form string
	data             []byte
}

// readFile reads the file at path.
func readFile(what, path, form string) (file, error) {
	f := file{what: what, path: path, form: form}
	data, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("file of %s: %w; give the path of a file that can be read", what, err)
	}
	f.data = bytes.TrimPrefix(data, []byte("\ufeff"))
	return f, nil
}

// decode reads the table into what to points to. Its errors have the place.
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
			f.what, f.path, line, column, strings.Join(first.Key(), "."), f.form)
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		return fmt.Errorf("%s %s, line %d, column %d: %w; %s", f.what, f.path, line, column, err, f.form)
	}
	return fmt.Errorf("%s %s: %w; %s", f.what, f.path, err, f.form)
}

// place is where a phrase stands at the beginning of a line, the last such
// line, as far as it is written there as it reads: the decoder gives no places
// of keys.
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

// spoken is a phrase in a list. It is a type of its own so that errors have
// their place, and no string, of which the decoder would not ask.
type spoken struct{ text string }

// UnmarshalText is called by the decoder.
func (s *spoken) UnmarshalText(text []byte) error {
	if !bytes.ContainsFunc(text, isWordRune) {
		return fmt.Errorf("the phrase %q has no letter or digit: write it as it is spoken", text)
	}
	s.text = string(text)
	return nil
}

// insert is the text that a phrase becomes.
type insert struct{ text string }

// UnmarshalText is called by the decoder. Text from a file is not cleaned
// later, so that it must be fit to be typed.
func (s *insert) UnmarshalText(text []byte) error {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	for _, r := range string(text) {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return fmt.Errorf("the control character %U cannot be typed: leave it out", r)
		}
	}
	s.text = string(text)
	return nil
}
