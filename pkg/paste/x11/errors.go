package x11

import (
	"errors"
	"fmt"

	"github.com/jezek/xgb"
)

var (
	// ErrNoFocus says that no window has the keyboard focus.
	ErrNoFocus = errors.New("no window has the keyboard focus: click into the one that is to get the text")
	// ErrFocusLost says that the window lost the focus in mid-text. It comes with
	// ErrNoFocus where no other window got it.
	ErrFocusLost = errors.New("the window lost the keyboard focus")
	// ErrNotTaken says that a paste was not answered: the focused program did not ask for the text.
	ErrNotTaken = errors.New("the focused window did not take the text: click into a text field, or type it")
	// ErrGone says that the connection to the X server has ended.
	ErrGone = errors.New("the X server has ended the connection: start again in a running desktop session")
)

// extensionError is an error of an extension that the library does not know.
type extensionError struct {
	code     byte
	sequence uint16
	value    uint32
}

func (e extensionError) SequenceId() uint16 { return e.sequence }
func (e extensionError) BadId() uint32      { return e.value }
func (e extensionError) Error() string {
	return fmt.Sprintf("the X server refuses a request: error %d, value %d", e.code, e.value)
}

// The library leaves a request without answer when it does not know the error
// that came of it, and whoever asked would wait forever. Here it gets to know
// all errors of extensions, before there is a connection that looks them up.
func init() {
	for code := 128; code < 256; code++ {
		if _, known := xgb.NewErrorFuncs[code]; !known {
			xgb.NewErrorFuncs[code] = func(b []byte) xgb.Error {
				return extensionError{b[1], xgb.Get16(b[2:]), xgb.Get32(b[4:])}
			}
		}
	}
}
