package config

import (
	"fmt"
	"strconv"
	"time"
)

// Kind says what values a setting takes.
type Kind string

// The kinds of settings.
const (
	Text     Kind = "text"
	List     Kind = "list" // of texts
	Whole    Kind = "whole number"
	Number   Kind = "number"
	Duration Kind = "duration"
	Switch   Kind = "switch"
)

// Check tells what is wrong with a value, of a list with one of its values; nil:
// nothing.
func (k Kind) Check(value string) error {
	var err error
	expected := ""
	switch k {
	case Text, List:
	case Switch:
		_, err = strconv.ParseBool(value)
		expected = "true or false"
	case Whole:
		_, err = strconv.ParseInt(value, 0, strconv.IntSize)
		expected = "a whole number without unit"
	case Number:
		_, err = strconv.ParseFloat(value, 64)
		expected = "a number without unit"
	case Duration:
		_, err = time.ParseDuration(value)
		expected = `a time with its unit, such as "400ms" or "2s"`
		if _, is := strconv.ParseFloat(value, 64); is == nil { // the unit alone is missing
			expected = fmt.Sprintf(`a time with its unit, such as "%ss" or "%sms"`, value, value)
		}
	default:
		return fmt.Errorf("%q is no kind of setting that is known", string(k))
	}
	if err != nil {
		return fmt.Errorf("%q is not %s", value, expected)
	}
	return nil
}
