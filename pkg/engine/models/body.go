package models

import (
	"errors"
	"fmt"
	"io"

	"voiceflow/internal/prose"
)

// spaceEvery is after how many bytes of a body of unknown length the disk is checked for room.
const spaceEvery = 16 << 20

// copy appends a response body to the part. announced is how many bytes it should have, -1 if
// that is unknown.
func (d *download) copy(body io.Reader, announced int64, w *watchdog) error {
	d.report()
	buf := make([]byte, 256<<10)
	unchecked := 0
	for {
		n, err := body.Read(buf)
		if n > 0 {
			w.alive(n)
			if announced >= 0 {
				if announced -= int64(n); announced < 0 {
					return d.discardAndRetry("sent more than it announced")
				}
			}
			if err := d.append(buf[:n]); err != nil {
				return err
			}
			if unchecked += n; d.total() == 0 && unchecked >= spaceEvery {
				if err := d.store.checkSpace(d.store.Dir, spaceEvery); err != nil {
					return err
				}
				unchecked = 0
			}
		}
		switch total := d.total(); {
		case errors.Is(err, io.EOF) && (total == 0 || d.part.size == total):
			return nil
		case err != nil:
			return retryable{fmt.Errorf("the connection to %s was lost after %d bytes: %w",
				d.address.Host, d.part.size, brief{err})}
		}
	}
}

// append adds received bytes to the part, unless they are too many.
func (d *download) append(bytes []byte) error {
	size, total := d.part.size+int64(len(bytes)), d.total()
	switch {
	case total > 0 && size > total:
		d.part.discard()
		return fmt.Errorf("%w from %s: more than the %d bytes of %s; pull it again, or %s",
			ErrWrongBytes, d.address.Host, total, d.model.File, d.manualRemedy())
	case size > max(total, d.store.maxModel()):
		d.part.discard()
		return d.tooLarge()
	}
	if _, err := d.part.Write(bytes); err != nil {
		return d.diskError(err)
	}
	d.report()
	return nil
}

func (d *download) tooLarge() error {
	return fmt.Errorf("%w from %s: more than the %s that a model may have; %s",
		ErrWrongBytes, d.address.Host, prose.Size(d.store.maxModel()), d.manualRemedy())
}
