package whisper

/*
#include <ggml.h>
*/
import "C"

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// modelReader reads a model file from start to end. err is the first error; after
// it, numbers read as 0.
type modelReader struct {
	f    io.ReadSeeker
	buf  *bufio.Reader
	left int64 // remaining bytes
	err  error

	structure []byte // read since the last weights
	pieces    []piece
}

func newModelReader(f io.ReadSeeker, size int64) *modelReader {
	return &modelReader{f: f, buf: bufio.NewReader(f), left: size}
}

// bytes reads n bytes of the file's structure. They are valid until the next call.
func (m *modelReader) bytes(n int64) []byte {
	if m.err == nil && (n < 0 || n > m.left) {
		m.err = io.ErrUnexpectedEOF
	}
	if m.err != nil {
		return nil
	}
	start := len(m.structure)
	m.structure = append(m.structure, make([]byte, n)...)
	_, m.err = io.ReadFull(m.buf, m.structure[start:])
	m.left -= n
	return m.structure[start:]
}

func (m *modelReader) uint32() uint32 {
	b := m.bytes(4)
	if m.err != nil {
		return 0
	}
	return binary.LittleEndian.Uint32(b)
}

// count reads a number between least and most.
func (m *modelReader) count(what string, least, most uint32) int {
	n := m.uint32()
	if m.err == nil && (n < least || n > most) {
		m.err = fmt.Errorf("its %s is %d, not %d to %d", what, int32(n), least, most)
	}
	if m.err != nil {
		return 0
	}
	return int(n)
}

// exactly reads a number that has only one valid value.
func (m *modelReader) exactly(what string, want uint32) {
	if n := m.uint32(); m.err == nil && n != want {
		m.err = fmt.Errorf("its %s is %d, not %d", what, int32(n), want)
	}
}

func (m *modelReader) magic() {
	if n := m.uint32(); m.err == nil && n != modelMagic {
		m.err = errNoMagic
	}
}

// skipWeights skips n bytes of weights, within the buffer if possible.
func (m *modelReader) skipWeights(n int64, kind C.enum_ggml_type) {
	if m.err == nil && (n < 0 || n > m.left) {
		m.err = io.ErrUnexpectedEOF
	}
	if m.err != nil {
		return
	}
	if n <= int64(m.buf.Buffered()) {
		_, m.err = m.buf.Discard(int(n))
	} else {
		_, m.err = m.f.Seek(n-int64(m.buf.Buffered()), io.SeekCurrent)
		m.buf.Reset(m.f)
	}
	m.left -= n
	m.pieces = append(m.pieces, piece{structure: m.structure, weights: n, kind: kind})
	m.structure = nil
}
