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

	"voiceflow/internal/openfile"
)

const (
	wavHeaderSize = 44
	// maxWAVSamples is the most that RIFF's 32-bit size allows: 37 hours.
	maxWAVSamples = (1<<32 - wavHeaderSize) / 2
)

// EmptyWAV is a WAV stream without samples: 16-bit, mono, at [SampleRate].
const EmptyWAV = "RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" +
	"\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00"

// A temporary name has a rand.Text between these two parts.
const (
	unfinishedPrefix = ".vf-"
	unfinishedSuffix = ".wav"
)

// base32Letters are the characters of a rand.Text.
const base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// Unfinished reports whether name is a temporary name of a WAVFile.
func Unfinished(name string) bool {
	middle, hasPrefix := strings.CutPrefix(name, unfinishedPrefix)
	middle, hasSuffix := strings.CutSuffix(middle, unfinishedSuffix)
	return hasPrefix && hasSuffix && len(middle) == len(rand.Text()) && strings.Trim(middle, base32Letters) == ""
}

// WAVFile is a recording in progress: 16-bit, mono, at [SampleRate]. It has a
// hidden temporary name until Close or Publish, so a file under the final name
// is always complete.
type WAVFile struct {
	path      string   // the final name
	name      string   // the current name; empty for a file that is open already
	file      *os.File // nil once closed
	published bool
	encoder   *wav.Encoder
	ints      goaudio.IntBuffer // reused by Write
	size      int64             // bytes of samples in the file
	failed    error             // the first error of Write
}

// CreateWAV starts a recording that Close moves to path, replacing an existing
// file. If path is a symbolic link of this user or root, the file it points to is
// replaced; another user's link is itself replaced. It fails
// if the directory does not exist or is not writable, or if path exists and is
// not a regular file, since writing WAV requires seeking.
func CreateWAV(path string) (*WAVFile, error) {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return nil, fmt.Errorf("create %q: not a file name; give one that ends in .wav", path)
	}
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("create %s: exists and is not a regular file; give the recording another name", path)
		}
	}
	path, err := openfile.Resolve(path)
	if err != nil {
		return nil, fmt.Errorf("create %w", err)
	}
	if openfile.IsOpenFile(path) {
		return openWAV(path)
	}
	// os.CreateTemp would shut out other users, whatever the umask.
	temporary := filepath.Join(filepath.Dir(path), unfinishedPrefix+rand.Text()+unfinishedSuffix)
	file, err := openfile.New(temporary, 0o666)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w; the directory must exist and be writable", path, cause(err))
	}
	return newWAV(path, temporary, file)
}

// openWAV starts a recording in a file that this process has inherited, such as
// /dev/stdout in a shell's >file. It is written under its only name.
func openWAV(path string) (*WAVFile, error) {
	file, err := openfile.OpenWhole(path)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w; a recording needs a file of its own: use > or a file name", path, cause(err))
	}
	w, err := newWAV(path, "", file)
	if err == nil {
		w.published = true
	}
	return w, err
}

// newWAV writes the header. temporary is the file's name, or empty.
func newWAV(path, temporary string, file *os.File) (*WAVFile, error) {
	w := &WAVFile{
		path: path, name: temporary, file: file,
		encoder: wav.NewEncoder(file, SampleRate, 16, 1, tagPCM),
		ints:    goaudio.IntBuffer{Format: &goaudio.Format{NumChannels: 1, SampleRate: SampleRate}},
	}
	// The encoder writes the header with the first buffer; without this one, a
	// recording without samples would not be valid WAV.
	if err := w.Write(nil); err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return w, nil
}

// Path returns the final name of the file, with symbolic links resolved.
func (w *WAVFile) Path() string { return w.path }

// Write appends samples. Once it has failed it accepts no more; Close then
// keeps the samples that reached the disk.
func (w *WAVFile) Write(samples []int16) error {
	if w.file == nil {
		return fmt.Errorf("write %s: %w", w.path, fs.ErrClosed)
	}
	if w.failed != nil {
		return w.failed
	}
	if w.size/2+int64(len(samples)) > maxWAVSamples {
		w.failed = fmt.Errorf("write %s: a WAV file is limited to 4 GiB, or 37 hours; start a new one", w.path)
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
		// Samples come first, so that the header never claims more than the file holds.
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

// measure takes the size from the file, since the encoder does not report how
// much it wrote.
func (w *WAVFile) measure() {
	if info, err := w.file.Stat(); err == nil {
		w.size = max(info.Size()-wavHeaderSize, 0)
	}
}

// writeSizes writes the current size into the header.
func (w *WAVFile) writeSizes() error {
	le, size := binary.LittleEndian, uint32(w.size&^1)
	_, err := w.file.WriteAt(le.AppendUint32(nil, wavHeaderSize-8+size), 4)
	if err == nil {
		_, err = w.file.WriteAt(le.AppendUint32(nil, size), wavHeaderSize-4)
	}
	return err
}
