package audio

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Publish moves the file to its final name while it is still being written,
// replacing an existing file. From then on every Write also updates the header,
// so the file is readable however the program ends. If Publish fails, the file
// keeps its temporary name and can still be written. A second Publish does
// nothing.
func (w *WAVFile) Publish() error {
	if w.file == nil {
		return fmt.Errorf("rename to %s: %w", w.path, fs.ErrClosed)
	}
	if w.published {
		return nil
	}
	if err := w.writeSizes(); err != nil {
		return w.writeError(err)
	}
	if err := os.Rename(w.name, w.path); err != nil {
		return fmt.Errorf("rename to %s: %w", w.path, cause(err))
	}
	w.name, w.published = w.path, true
	return nil
}

// Close completes the file and moves it to its final name, unless Publish has
// done so. If that fails, the recording keeps its temporary name, which is in
// the error. A second Close does nothing.
func (w *WAVFile) Close() error {
	if w.file == nil {
		return nil
	}
	err := w.complete()
	if cerr := w.file.Close(); err == nil {
		err = cerr
	}
	w.file = nil
	if err == nil && !w.published {
		err = os.Rename(w.name, w.path)
	}
	if err != nil {
		return fmt.Errorf("finish %s: %w; the recording is in %s", w.path, cause(err), w.name)
	}
	return nil
}

// complete writes the sizes into the header and removes the half sample that a
// full disk may leave at the end.
func (w *WAVFile) complete() error {
	if w.size%2 != 0 {
		w.size--
		if err := w.file.Truncate(wavHeaderSize + w.size); err != nil {
			return err
		}
	}
	return w.writeSizes()
}

// Abort discards the recording. An earlier file of the final name stays, unless
// Publish has replaced it. After Close or another Abort it does nothing.
func (w *WAVFile) Abort() error {
	if w.file == nil {
		return nil
	}
	file := w.file
	w.file = nil
	if w.name == "" {
		return file.Close()
	}
	return errors.Join(file.Close(), os.Remove(w.name))
}

// cause strips file names from a file system error: the temporary name means
// nothing to the user.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return err
}
