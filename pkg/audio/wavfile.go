package audio

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	goaudio "github.com/go-audio/audio"
	"github.com/go-audio/wav"
)

const (
	wavHeaderSize = 44
	// maxWAVSamples is where the 32-bit size of RIFF ends: 37 hours.
	maxWAVSamples = (1<<32 - wavHeaderSize) / 2
)

// EmptyWAV is a WAV stream without samples: 16 bits, mono, at [SampleRate].
const EmptyWAV = "RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" +
	"\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00"

// The parts of a temporary name: between them stands a rand.Text.
const (
	unfinishedStart = ".vf-"
	unfinishedEnd   = ".wav"
)

// Unfinished reports whether a file's name is the temporary one of a WAVFile.
func Unfinished(name string) bool {
	middle, isStart := strings.CutPrefix(name, unfinishedStart)
	middle, isEnd := strings.CutSuffix(middle, unfinishedEnd)
	return isStart && isEnd && len(middle) == len(rand.Text()) && strings.Trim(middle, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// WAVFile is a recording under way: 16 bits, mono, at [SampleRate]. Until
// Close or Publish it has a hidden temporary name, so that the file of the
// given name is always whole.
type WAVFile struct {
	path      string   // the final name
	name      string   // the present one
	file      *os.File // nil: closed
	published bool
	encoder   *wav.Encoder
	ints      goaudio.IntBuffer // reused by Write
	size      int64             // bytes of samples in the file
	failed    error             // of Write
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
	temporary := filepath.Join(filepath.Dir(path), unfinishedStart+rand.Text()+unfinishedEnd)
	file, err := os.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w; its directory must exist and be writable", path, cause(err))
	}
	w := &WAVFile{
		path: path, name: temporary, file: file,
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

// Path is the final name of the file, with symbolic links resolved.
func (w *WAVFile) Path() string { return w.path }

// Write appends the samples. After an error it takes no more; Close then keeps
// the samples that got onto the disk.
func (w *WAVFile) Write(samples []int16) error {
	if w.file == nil {
		return fmt.Errorf("write %s: %w", w.path, fs.ErrClosed)
	}
	if w.failed != nil {
		return w.failed
	}
	if w.size/2+int64(len(samples)) > maxWAVSamples {
		w.failed = fmt.Errorf("write %s: a WAV file ends at 4 GiB, 37 hours; begin another", w.path)
		return w.failed
	}
	w.ints.Data = w.ints.Data[:0]
	for _, s := range samples {
		w.ints.Data = append(w.ints.Data, int(s))
	}
	err := w.encoder.Write(&w.ints)
	if err == nil {
		w.size += 2 * int64(len(samples))
	} else {
		w.measure()
	}
	if w.published {
		// The samples first: a header never promises what is not there.
		err = errors.Join(err, w.writeSizes())
	}
	if err != nil {
		w.failed = w.writeError(err)
	}
	return w.failed
}

func (w *WAVFile) writeError(err error) error {
	return fmt.Errorf("write %s: %w; is the disk full?", w.path, cause(err))
}

// measure takes the size from the file: the encoder does not tell how much it
// could write.
func (w *WAVFile) measure() {
	if info, err := w.file.Stat(); err == nil {
		w.size = max(info.Size()-wavHeaderSize, 0)
	}
}

// writeSizes makes the header say what the file holds.
func (w *WAVFile) writeSizes() error {
	le, size := binary.LittleEndian, uint32(w.size&^1)
	_, err := w.file.WriteAt(le.AppendUint32(nil, wavHeaderSize-8+size), 4)
	if err == nil {
		_, err = w.file.WriteAt(le.AppendUint32(nil, size), wavHeaderSize-4)
	}
	return err
}

// Publish gives the file its name while it is still being written, in place of
// a file that is there already. From then on its header is right after every
// Write: however the program ends, what was written can be read under that
// name. If it fails, the file keeps its temporary name, and can be written on.
// A second Publish does nothing.
func (w *WAVFile) Publish() error {
	if w.file == nil {
		return fmt.Errorf("name %s: %w", w.path, fs.ErrClosed)
	}
	if w.published {
		return nil
	}
	if err := w.writeSizes(); err != nil {
		return w.writeError(err)
	}
	if err := os.Rename(w.name, w.path); err != nil {
		return fmt.Errorf("name %s: %w", w.path, cause(err))
	}
	w.name, w.published = w.path, true
	return nil
}

// Close completes the file and gives it its name, if Publish has not. If that
// fails, the recording stays under its temporary name, which the error says. A
// second Close does nothing.
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
		return fmt.Errorf("finish %s: %w; what was recorded is in %s", w.path, cause(err), w.name)
	}
	return nil
}

// complete puts the sizes into the header, and cuts off the half of a sample
// that a full disk may leave.
func (w *WAVFile) complete() error {
	if w.size%2 != 0 {
		w.size--
		if err := w.file.Truncate(wavHeaderSize + w.size); err != nil {
			return err
		}
	}
	return w.writeSizes()
}

// Abort throws the recording away; a file that had the name before stays,
// unless Publish has replaced it. After Close or another Abort it does nothing.
func (w *WAVFile) Abort() error {
	if w.file == nil {
		return nil
	}
	file := w.file
	w.file = nil
	return errors.Join(file.Close(), os.Remove(w.name))
}

// cause is an error of the file system without the names of files: the
// temporary one means nothing to the user.
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
