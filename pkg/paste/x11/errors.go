package x11

import (
	"errors"
	"fmt"

	"github.com/jezek/xgb"
)

var (
	// ErrNoFocus means that no window has the keyboard focus.
	ErrNoFocus = errors.New("no window has the keyboard focus: click the window that should get the text")
	// ErrFocusLost means that the window lost the focus in mid-text. It is
	// combined with ErrNoFocus if no other window got the focus.
	ErrFocusLost = errors.New("the window lost the keyboard focus")
	// ErrNotTaken means that the focused program did not ask for the pasted text.
	ErrNotTaken = errors.New("the focused window did not take the text: click into a text field, or type it")
	// ErrGone means that the connection to the X server has ended.
	ErrGone = errors.New("the X server closed the connection: start again in a running desktop session")
)

// typeError is the error of a text that was typed in part.
type typeError struct {
	sent, total int
	err         error
}

func (e *typeError) Error() string {
	return fmt.Sprintf("sent %d of %d characters: %v", e.sent, e.total, e.err)
}

func (e *typeError) Unwrap() error { return e.err }

// Typed returns how many characters were typed.
func (e *typeError) Typed() int { return e.sent }

// extensionError is an error of an extension that xgb does not support.
type extensionError struct {
	code     byte
	sequence uint16
	value    uint32
}

func (e extensionError) SequenceId() uint16 { return e.sequence }
func (e extensionError) BadId() uint32      { return e.value }
func (e extensionError) Error() string {
	return fmt.Sprintf("the X server refused a request: error %d, value %d", e.code, e.value)
}

// When xgb receives an error code that it does not know, it drops the error, and
// the caller waits for the reply forever. So register all codes of extensions,
// before any connection looks them up.
func init() {
	for code := 128; code < 256; code++ {
		if _, ok := xgb.NewErrorFuncs[code]; !ok {
			xgb.NewErrorFuncs[code] = func(b []byte) xgb.Error {
				return extensionError{b[1], xgb.Get16(b[2:]), xgb.Get32(b[4:])}
			}
		}
	}
}
