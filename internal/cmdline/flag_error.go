package cmdline

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/urfave/cli/v2"
)

// FlagError is an invalid value of a flag, or a conflict between flags. A
// Command's Check returns one per mistake, joined with errors.Join, so that each
// can be traced to a key of the configuration file.
type FlagError struct {
	Flag   string   // long name, which is also the key in the configuration file
	Others []string // conflicting flags; the first of Flag and Others set by the file gets the blame
	Value  any      // nil: Reason is the whole message
	Reason string
}

func (e *FlagError) Error() string {
	switch v := e.Value.(type) {
	case nil:
		return e.Reason
	case string:
		return fmt.Sprintf("--%s %q: %s", e.Flag, v, e.Reason)
	default:
		return fmt.Sprintf("--%s %v: %s", e.Flag, v, e.Reason)
	}
}

// WrongValue returns a FlagError about the flag's current value.
func WrongValue(c *cli.Context, flag, reason string) error {
	return &FlagError{Flag: flag, Value: c.Value(flag), Reason: reason}
}

// unjoin splits errors that were joined with errors.Join, recursively. It does
// not split an error that wraps several others in one sentence. For nil it
// returns nil.
func unjoin(err error) []error {
	if err == nil {
		return nil
	}
	if reflect.TypeOf(err) != reflect.TypeOf(errors.Join(err)) {
		return []error{err}
	}
	var all []error
	for _, part := range err.(interface{ Unwrap() []error }).Unwrap() {
		all = append(all, unjoin(part)...)
	}
	return all
}

// flagOf returns the FlagError that err wraps, or nil.
func flagOf(err error) *FlagError {
	var wrong *FlagError
	if errors.As(err, &wrong) {
		return wrong
	}
	return nil
}
