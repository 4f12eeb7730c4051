package paste

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Chain is methods in order, of which the first that takes a text gets it. It
// is not for concurrent use.
type Chain struct {
	session Session
	ways    []Way    // opened; those that failed are taken out
	rest    []Method // not opened yet
}

// Outcome says what became of a text.
type Outcome struct {
	Method Method
	Receipt
	// Failed are the errors of methods that were tried before. They are not
	// tried again, unless it was an ErrTooLong.
	Failed []error
}

// First is the method that the next text goes to.
func (c *Chain) First() (Method, bool) {
	if !c.advance(0) {
		return Method{}, false
	}
	return c.ways[0].Method, true
}

// Deliver makes the text that build gives for a method harmless (see Clean, or
// CleanLines where the session allows line ends) and hands it over. Where a method
// fails the next one is tried, with the same text, unless a part of it has
// arrived: that part cannot be told from the outside, and is then twice there,
// rather than lost. The error joins those of all methods.
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
			_ = way.Target.Close() // it has failed
			c.ways = slices.Delete(c.ways, i, i+1)
			c.dropSpare()
		}
	}
	if len(o.Failed) == 0 {
		return o, ErrNoTarget // all have failed with texts before
	}
	err := o.Failed[0]
	for _, failed := range o.Failed[1:] {
		err = fmt.Errorf("%w; %w", err, failed)
	}
	return o, err
}

// clean makes a text harmless.
func (c *Chain) clean(text string) string {
	if c.session.Newlines {
		return CleanLines(text)
	}
	return Clean(text)
}

// Erase takes so many characters back that the method in use has delivered.
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

// dropSpare takes out what is only for where nothing else works.
func (c *Chain) dropSpare() {
	c.ways = slices.DeleteFunc(c.ways, func(w Way) bool {
		if w.spare {
			_ = w.Target.Close()
		}
		return w.spare
	})
	c.rest = slices.DeleteFunc(c.rest, func(m Method) bool { return m.spare })
}

// advance opens methods until there are more than i that work, if it can.
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

// Close ends all methods.
func (c *Chain) Close() error {
	var errs []error
	for _, way := range c.ways {
		errs = append(errs, way.Target.Close())
	}
	c.ways, c.rest = nil, nil
	return errors.Join(errs...)
}
