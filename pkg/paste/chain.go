package paste

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Chain is a list of methods, tried in order until one takes the text. It is
// not safe for concurrent use.
type Chain struct {
	session Session
	ways    []Way    // opened and not failed
	rest    []Method // not opened yet
	failed  bool     // a method has failed and was dropped
}

// Outcome describes how a text was delivered.
type Outcome struct {
	Method Method
	Receipt
	// Failed are the errors of the methods tried first. Those methods are not
	// tried again, unless the error was an ErrTooLong.
	Failed []error
}

// First returns the method that the next text goes to, or false if none works.
func (c *Chain) First() (Method, bool) {
	if !c.advance(0) {
		return Method{}, false
	}
	return c.ways[0].Method, true
}

// Failed reports whether a method has failed, so that it is not tried again.
func (c *Chain) Failed() bool { return c.failed }

// Deliver sanitises the text that build returns for a method (with Clean, or
// CleanLines if the session allows line breaks) and delivers it. If a method
// fails, the next one gets the whole text: how much of it had arrived is not
// known, and a part that arrives twice is better than one that is lost. The
// error joins those of all methods. If ctx is done, no other method is tried, and
// the method stays in use; see Typed.
func (c *Chain) Deliver(ctx context.Context, build func(Method) string) (Outcome, error) {
	var o Outcome
	for i := 0; c.advance(i); {
		way := c.ways[i]
		if way.spare && len(o.Failed) > 0 {
			i++
			continue
		}
		receipt, err := way.Target.Deliver(ctx, c.clean(build(way.Method)))
		if err == nil {
			o.Method, o.Receipt = way.Method, receipt
			return o, nil
		}
		o.Failed = append(o.Failed, fmt.Errorf("paste with %s: %w", way.Name, err))
		switch {
		case ctx.Err() != nil:
			return o, err
		case errors.Is(err, ErrTooLong):
			i++
		default:
			_ = way.Target.Close()
			c.failed = true
			c.ways = slices.Delete(c.ways, i, i+1)
			c.dropSpare()
		}
	}
	if len(o.Failed) == 0 {
		return o, ErrNoTarget // all methods failed with earlier texts
	}
	err := o.Failed[0]
	for _, failed := range o.Failed[1:] {
		err = fmt.Errorf("%w; %w", err, failed)
	}
	return o, err
}

// clean sanitises a text.
func (c *Chain) clean(text string) string {
	if c.session.Newlines {
		return CleanLines(text)
	}
	return Clean(text)
}

// Erase deletes the last characters that the current method delivered.
func (c *Chain) Erase(ctx context.Context, characters int) error {
	if !c.advance(0) {
		return ErrNoTarget
	}
	eraser, ok := c.ways[0].Target.(Eraser)
	if !ok {
		return fmt.Errorf("paste with %s: %w", c.ways[0].Name, ErrErase)
	}
	return eraser.Erase(ctx, characters)
}

// dropSpare removes the methods that are a last resort.
func (c *Chain) dropSpare() {
	c.ways = slices.DeleteFunc(c.ways, func(w Way) bool {
		if w.spare {
			_ = w.Target.Close()
		}
		return w.spare
	})
	c.rest = slices.DeleteFunc(c.rest, func(m Method) bool { return m.spare })
}

// advance opens methods until more than i of them work, and reports whether
// that many do.
func (c *Chain) advance(i int) bool {
	for len(c.ways) <= i && len(c.rest) > 0 {
		m := c.rest[0]
		c.rest = c.rest[1:]
		if target, err := m.open(c.session); err == nil {
			c.ways = append(c.ways, Way{m, target})
		}
	}
	return len(c.ways) > i
}

// Close closes all methods.
func (c *Chain) Close() error {
	var errs []error
	for _, way := range c.ways {
		errs = append(errs, way.Target.Close())
	}
	c.ways, c.rest = nil, nil
	return errors.Join(errs...)
}
