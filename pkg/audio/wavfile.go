package audio

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	goaudio "github.com/go-audio/audio"
	"github.com/go-audio/wav"
)

const (
	wavHeaderSize = 44 // what the encoder writes before the first sample
	// maxWAVSamples is where the 32-bit size of RIFF ends: 37 hours.
	maxWAVSamples = (1<<32 - wavHeaderSize) / 2
)

// WAVFile is a recording under way: 16 bits, mono, at [SampleRate]. Until
// Close it has a hidden temporary name, so that the file of the given name is
// always whole.
type WAVFile struct {
	path    string // the final name
	file    *os.File
	encoder *wav.Encoder
	ints    goaudio.IntBuffer // reused by Write
	samples int64
	failed  error // of Write
}

// CreateWAV begins a recording that Close gives the name path, in place of a
// file that is there already; a symbolic link to one stays a link. It fails if
// the directory does not exist or cannot be written, and if path is something
// else than a file, which WAV needs in order to seek.
func CreateWAV(path string) (*WAVFile, error) {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return nil, fmt.Errorf("create %q: not the name of a file; name one that ends in .wav", path)
	}
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("create %s: it exists and is not a regular file; give the recording another name", path)
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, err
		}
	}
	// Not os.CreateTemp: its files are closed to other users, whatever the umask.
	temporary := filepath.Join(filepath.Dir(path), ".vf-"+rand.Text()+".wav")
	file, err := os.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w; its directory must exist and be writable", path, cause(err))
	}
	w := &WAVFile{
		path: path, file: file,
		encoder: wav.NewEncoder(file, SampleRate, 16, 1, tagPCM),
		ints:    goaudio.IntBuffer{Format: &goaudio.Format{NumChannels: 1, SampleRate: SampleRate}},
	}
	// The encoder writes its header with the first buffer: without this one, a
	// recording of no samples would be no WAV.
	if err := w.Write(nil); err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return w, nil
}

// Write appends the samples. After an error it takes no more; Close then keeps
// the samples that got onto the disk.
func (w *WAVFile) Write(samples []int16) error {
	if w.file == nil {
		return fmt.Errorf("write %s: %w", w.path, fs.ErrClosed)
	}
	if w.failed != nil {
		return w.failed
	}
	if w.samples += int64(len(samples)); w.samples > maxWAVSamples {
		w.failed = fmt.Errorf("write %s: a WAV file ends at 4 GiB, 37 hours; begin another", w.path)
		return w.failed
	}
	w.ints.Data = w.ints.Data[:0]
	for _, s := range samples {
		w.ints.Data = append(w.ints.Data, int(s))
	}
	if err := w.encoder.Write(&w.ints); err != nil {
		w.failed = fmt.Errorf("write %s: %w; is the disk full?", w.path, cause(err))
	}
	return w.failed
}

// Close completes the file and gives it its name. If that fails, the recording
// stays under its temporary name, which the error says. A second Close does
// nothing.
func (w *WAVFile) Close() error {
	if w.file == nil {
		return nil
	}
	file := w.file
	w.file = nil
	err := w.complete(file)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(file.Name(), w.path)
	}
	if err != nil {
		return fmt.Errorf("finish %s: %w; what was recorded is in %s", w.path, err, file.Name())
	}
	return nil
}

// complete puts the sizes into the header.
func (w *WAVFile) complete(file *os.File) error {
	if w.failed == nil {
		return w.encoder.Close()
	}
	// The encoder counts the samples that it could not write, so the sizes are
	// taken from the file.
	info, err := file.Stat()
	if err != nil {
		return err
	}
	data := uint32(info.Size()-wavHeaderSize) &^ 1
	if err := file.Truncate(wavHeaderSize + int64(data)); err != nil {
		return err
	}
	le := binary.LittleEndian
	_, err = file.WriteAt(le.AppendUint32(nil, wavHeaderSize-8+data), 4)
	if err == nil {
		_, err = file.WriteAt(le.AppendUint32(nil, data), wavHeaderSize-4)
	}
	return err
}

// Abort throws the recording away; a file that had the name before stays.
// After Close or another Abort it does nothing.
func (w *WAVFile) Abort() error {
	if w.file == nil {
		return nil
	}
	file := w.file
	w.file = nil
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// cause is an error of the file system without the temporary name, which
// means nothing to the user.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
