package event

import (
	"errors"
	"fmt"
)

// check returns an error if u is invalid on a line, whether read or to be written.
func (u *Utterance) check() error {
	return errors.Join(checkID(u.ID), checkSpan(u.Start, u.End, u.PCMStart), checkTime("decided", u.Decided),
		checkPCM(u.PCM))
}

// check returns an error if s is invalid on a line, whether read or to be written.
func (s *Speech) check() error {
	return errors.Join(checkID(s.ID), checkTime("time", s.Time))
}

// check returns an error if r is invalid on a line, whether read or to be written.
func (r *Result) check() error {
	return errors.Join(checkID(r.ID), checkTime("duration", r.Duration))
}

// check returns an error if f is invalid on a line, whether read or to be written.
func (f *Failure) check() error { return checkID(f.ID) }

// check returns an error if d is invalid on a line, whether read or to be written.
func (d *Delivery) check() error {
	if d.Characters < 0 || d.Erased < 0 || !isTime(d.Seconds) {
		return fmt.Errorf("fields characters, erased and seconds are %d, %d and %v, want 0 or more",
			d.Characters, d.Erased, d.Seconds)
	}
	return checkID(d.ID)
}

// check returns an error if t is invalid on a line, whether read or to be written.
func (t *Transcript) check() error {
	if err := checkTimes(t.Start, t.End); err != nil {
		return fmt.Errorf("field %w", err)
	}
	if err := errors.Join(checkID(t.ID), checkTime("duration", t.Duration)); err != nil {
		return err
	}
	for i, u := range t.Uncovered {
		if err := checkTimes(u[0], u[1]); err != nil {
			return fmt.Errorf("field uncovered[%d]: %w", i, err)
		}
	}
	for i, s := range t.Segments {
		if err := checkTimes(s.Start, s.End); err != nil {
			return fmt.Errorf("field segments[%d].%w", i, err)
		}
		for j, w := range s.Words {
			if err := checkTimes(w.Start, w.End); err != nil {
				return fmt.Errorf("field segments[%d].words[%d].%w", i, j, err)
			}
		}
	}
	return nil
}
