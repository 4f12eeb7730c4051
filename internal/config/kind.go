package config

import (
	"fmt"
	"strconv"
	"time"
)

// Kind is the type of a setting's values.
type Kind string

// Kinds of settings.
const (
	Text     Kind = "text"
	List     Kind = "list" // of text values
	Whole    Kind = "whole number"
	Number   Kind = "number"
	Duration Kind = "duration"
	Switch   Kind = "switch"
)

// Check returns an error if a value is not of this kind. Check the values of a
// list one by one.
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
		expected = "a whole number without a unit"
	case Number:
		_, err = strconv.ParseFloat(value, 64)
		expected = "a number without a unit"
	case Duration:
		_, err = time.ParseDuration(value)
		expected = `a duration with a unit, such as "400ms" or "2s"`
		if _, err := strconv.ParseFloat(value, 64); err == nil { // only the unit is missing
			expected = fmt.Sprintf(`a duration with a unit, such as "%ss" or "%sms"`, value, value)
		}
	default:
		return fmt.Errorf("unknown kind of setting %q", string(k))
	}
	if err != nil {
		return fmt.Errorf("%q is not %s", value, expected)
	}
	return nil
}
