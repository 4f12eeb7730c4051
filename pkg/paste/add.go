package paste

import (
	"context"
	"errors"
	"fmt"
)

// Typed returns how many characters of a text have certainly reached the window,
// although its delivery failed with err. It is 0 if that is not known.
func Typed(err error) int {
	var typed interface{ Typed() int }
	if errors.As(err, &typed) {
		return typed.Typed()
	}
	return 0
}

// CanErase reports whether the method that the next text goes to can take text back.
func (c *Chain) CanErase() bool {
	if !c.advance(0) {
		return false
	}
	_, ok := c.ways[0].Target.(Eraser)
	return ok
}

// Add is like Deliver, but uses only the method that the next text goes to, which
// stays in use if it fails. It is for text that is worth typing only there, such as
// the beginning of an utterance.
func (c *Chain) Add(ctx context.Context, text string) error {
	if !c.advance(0) {
		return ErrNoTarget
	}
	if _, err := c.ways[0].Target.Deliver(ctx, c.clean(text)); err != nil {
		return fmt.Errorf("paste with %s: %w", c.ways[0].Name, err)
	}
	return nil
}
