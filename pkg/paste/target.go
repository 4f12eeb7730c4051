package paste

import (
	"context"
	"errors"
	"io"
)

var (
	// ErrNoTarget means that no method works here. Open wraps it with a remedy.
	ErrNoTarget = errors.New("no way to paste text here")
	// ErrUnknownMethod means that there is no method of that name.
	ErrUnknownMethod = errors.New("unknown paste method")
	// ErrTooLong means that a text is too long for a method, which may still
	// take the next one.
	ErrTooLong = errors.New("the text is too long for this method")
	// ErrErase means that a target cannot take delivered text back.
	ErrErase = errors.New("this method cannot take text back")
)

// Target takes text.
type Target interface {
	// Deliver delivers the whole text or fails. The text is clean (see Clean),
	// except for line breaks if the user allows them. An empty text does nothing.
	Deliver(ctx context.Context, text string) (Receipt, error)
	// Close ends the target; it may be called twice. Clipboard content stays.
	Close() error
}

// Eraser is a Target that can take text back, as the Backspace key does.
type Eraser interface {
	// Erase deletes this many characters before the cursor.
	Erase(ctx context.Context, characters int) error
}

// Receipt describes a delivery.
type Receipt struct {
	// Verified means that the target certainly took the text: it asked for it,
	// read it to the end, or handled every key.
	Verified bool
}

// Session is what methods have to work with: the environment, the installed
// programs and the process's own output.
type Session struct {
	Getenv   func(string) string          // os.Getenv
	LookPath func(string) (string, error) // exec.LookPath
	Newlines bool                         // deliver line breaks, which press Enter
	Stdout   io.Writer                    // for the method stdout
	Command  string                       // shell command for the method exec; it gets the text on standard input
	Self     string                       // this program's own path; see Hold
}
