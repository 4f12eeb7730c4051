package paste

import (
	"context"
	"errors"
	"io"
)

var (
	// ErrNoTarget says that no method works here. Open wraps it with a remedy.
	ErrNoTarget = errors.New("no way to paste text here")
	// ErrUnknownMethod says that there is no method of that name.
	ErrUnknownMethod = errors.New("unknown paste method")
	// ErrTooLong says that a text is too long for a method, which may well take
	// the next.
	ErrTooLong = errors.New("the text is too long for this method")
	// ErrErase says that a target cannot take back what it was given.
	ErrErase = errors.New("this method cannot take text back")
)

// Target takes text.
type Target interface {
	// Deliver hands over the whole text, or fails. The text is clean (see
	// Clean), but for line ends where the user allows them. Empty text is no
	// delivery.
	Deliver(ctx context.Context, text string) (Receipt, error)
	// Close ends it; it may be called twice. A clipboard outlives it.
	Close() error
}

// Eraser is a Target that can take text back, as the Backspace key does.
type Eraser interface {
	// Erase deletes so many characters before the cursor.
	Erase(ctx context.Context, characters int) error
}

// Receipt says what became of a delivery.
type Receipt struct {
	// Verified tells that the target was seen to take the text: it asked for it,
	// read it to its end, or handled every key.
	Verified bool
}

// Session is where text can go from: the environment, the programs that are
// installed, and the process's own output.
type Session struct {
	Getenv   func(string) string          // os.Getenv
	LookPath func(string) (string, error) // exec.LookPath
	Newlines bool                         // line ends are delivered, which press Enter
	Stdout   io.Writer                    // of the method stdout
	Command  string                       // of the method exec, for the shell; the text goes to its standard input
	Self     string                       // this program's own path; see Hold
}
