package cmdline

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/urfave/cli/v2"
)

// FlagError is a value that a flag cannot take, or flags that contradict each
// other. A Check returns one per mistake, joined with errors.Join, so that the
// configuration's check knows which key of the file is wrong.
type FlagError struct {
	Flag   string   // its long name, which is the key of the configuration file
	Others []string // flags that contradict it; the first of all these that the file sets is to blame
	Value  any      // nil: the reason is the whole message
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

// WrongValue is a FlagError about a flag's value.
func WrongValue(c *cli.Context, flag, reason string) error {
	return &FlagError{Flag: flag, Value: c.Value(flag), Reason: reason}
}

// each takes apart what errors.Join put together, and no error that wraps several
// in one sentence; nil has no part.
func each(err error) []error {
	if err == nil {
		return nil
	}
	if reflect.TypeOf(err) != reflect.TypeOf(errors.Join(err)) {
		return []error{err}
	}
	var all []error
	for _, part := range err.(interface{ Unwrap() []error }).Unwrap() {
		all = append(all, each(part)...)
	}
	return all
}

// flagOf is the FlagError in an error; nil: it has none.
func flagOf(err error) *FlagError {
	var wrong *FlagError
	if errors.As(err, &wrong) {
		return wrong
	}
	return nil
}
