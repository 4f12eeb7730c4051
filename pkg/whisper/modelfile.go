package whisper

/*
#include "shim.h"
*/
import "C"

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"voiceflow/internal/openfile"
)

// modelMagic is at the start of every ggml file: "ggml" as a little-endian number.
const modelMagic = 0x67676d6c

var errNoMagic = errors.New("it does not start like a ggml file")

// checkModelFile checks the structure of a ggml Whisper file without reading its
// weights: magic number, eleven dimensions, mel filters, vocabulary, and the header
// of each tensor. The library trusts the file, so a damaged, truncated or foreign
// one may crash the process or produce garbage.
func checkModelFile(path string) error {
	return checkFile(path, "choose a ggml model file with -m", checkModel)
}

// checkSpeechModelFile checks the structure of a Silero file.
func checkSpeechModelFile(path string) error {
	return checkFile(path, "choose a ggml Silero model with --vad-model", checkSpeechModel)
}

func checkFile(path, remedy string, check func(io.ReadSeeker, int64) error) error {
	f, err := openfile.Regular(path)
	if err != nil {
		return fmt.Errorf("%w: %w; %s", ErrNotModel, err, remedy)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotModel, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a regular file; %s", ErrNotModel, path, remedy)
	}
	err = check(f, info.Size())
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: %s ends too early; download it again", ErrNotModel, path)
	case err != nil:
		return fmt.Errorf("%w: %s: %w; %s", ErrNotModel, path, err, remedy)
	}
	return nil
}

func checkModel(f io.ReadSeeker, size int64) error {
	m := &modelReader{f: f, buf: bufio.NewReader(f), left: size}
	if magic := m.uint32(); m.err == nil && magic != modelMagic {
		return errNoMagic
	}
	m.dimensions()
	m.skip(4 * int64(m.count("mel bands", 512)) * int64(m.count("mel filter width", 1<<14)))
	words := m.count("vocabulary size", 1<<20)
	for i := 0; i < words && m.err == nil; i++ {
		m.skip(int64(m.uint32()))
	}
	return m.tensors()
}

// speechModel is the model name in a Silero file.
const speechModel = "silero-16k"

// checkSpeechModel checks the structure of a Silero file: magic number, name,
// version, layer sizes, and the header of each tensor.
func checkSpeechModel(f io.ReadSeeker, size int64) error {
	m := &modelReader{f: f, buf: bufio.NewReader(f), left: size}
	if magic := m.uint32(); m.err == nil && magic != modelMagic {
		return errNoMagic
	}
	name := make([]byte, len(speechModel))
	if n := m.uint32(); m.err == nil && n == uint32(len(name)) {
		_, m.err = io.ReadFull(m.buf, name)
		m.left -= int64(len(name))
	}
	if m.err == nil && string(name) != speechModel {
		return errors.New("it is not a Silero model for 16 kHz")
	}
	m.skip(3 * 4) // the version
	m.count("window", 1<<14)
	m.count("context", 1<<14)
	for range 3 * m.count("number of layers", 64) {
		m.count("size of a layer", 1<<14)
	}
	m.skip(4 * 4) // sizes of the parts after the layers
	return m.tensors()
}

// modelReader reads a model file from start to end; err is the first error.
type modelReader struct {
	f    io.ReadSeeker
	buf  *bufio.Reader
	left int64 // remaining bytes
	err  error
}

// dimensions reads the eleven numbers of the header. The bounds are far above those
// of large-v3.
func (m *modelReader) dimensions() {
	for _, d := range []struct {
		name  string
		bound int
	}{
		{"vocabulary", 1 << 20},
		{"audio context", 1 << 16}, {"audio state", 1 << 14}, {"audio heads", 1 << 10}, {"audio layers", 1 << 10},
		{"text context", 1 << 16}, {"text state", 1 << 14}, {"text heads", 1 << 10}, {"text layers", 1 << 10},
		{"mel bands", 512},
	} {
		m.count(d.name, d.bound)
	}
	m.uint32() // type of the weights; libwhisper rejects unknown ones
}

// tensors skips all tensors; there must be at least one.
func (m *modelReader) tensors() error {
	if m.err == nil && m.left == 0 {
		return io.ErrUnexpectedEOF
	}
	for m.err == nil && m.left > 0 {
		m.tensor()
	}
	return m.err
}

// tensor skips a tensor: its header, name and weights.
func (m *modelReader) tensor() {
	dims := m.uint32() // 0 for a single number
	if m.err == nil && dims > 4 {
		m.err = fmt.Errorf("a tensor has %d dimensions, not 0 to 4", dims)
		return
	}
	name := m.uint32()
	kind := m.uint32()
	if m.err == nil && kind >= C.GGML_TYPE_COUNT {
		m.err = fmt.Errorf("a tensor has the unknown type %d", kind)
	}
	row, rows := 1, 1
	for i := range dims {
		n := m.count("size of a tensor", 1<<24)
		if i == 0 {
			row = n
		} else if rows *= n; rows > 1<<32 {
			m.err = errors.New("a tensor is impossibly large")
		}
	}
	m.skip(int64(name))
	if m.err != nil {
		return
	}
	block := int(C.ggml_blck_size(kind))
	if block == 0 || row%block != 0 {
		m.err = fmt.Errorf("a tensor of type %d has rows of %d", kind, row)
		return
	}
	m.skip(int64(C.ggml_row_size(kind, C.int64_t(row))) * int64(rows))
}

func (m *modelReader) uint32() uint32 {
	if m.err != nil {
		return 0
	}
	var b [4]byte
	if _, m.err = io.ReadFull(m.buf, b[:]); m.err != nil {
		return 0
	}
	m.left -= 4
	return binary.LittleEndian.Uint32(b[:])
}

// count reads a number between 1 and bound.
func (m *modelReader) count(what string, bound int) int {
	n := m.uint32()
	if m.err == nil && (n < 1 || n > uint32(bound)) {
		m.err = fmt.Errorf("%s is %d, not 1 to %d", what, n, bound)
	}
	return int(n)
}

// skip skips n bytes, within the buffer if possible.
func (m *modelReader) skip(n int64) {
	switch {
	case m.err != nil:
		return
	case n > m.left:
		m.err = io.ErrUnexpectedEOF
		return
	case n <= int64(m.buf.Buffered()):
		_, m.err = m.buf.Discard(int(n))
	default:
		_, m.err = m.f.Seek(n-int64(m.buf.Buffered()), io.SeekCurrent)
		m.buf.Reset(m.f)
	}
	m.left -= n
}
