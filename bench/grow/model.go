package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// magic begins every ggml file: "ggml" as a little-endian number.
const magic = 0x67676d6c

// Indices of the header fields of a Whisper file that change.
const (
	audioState  = 2
	audioHeads  = 3
	audioLayers = 4
	textState   = 6
	textHeads   = 7
	textLayers  = 8
	headSize    = 11
)

// ggml's numbers for the types of weights.
const (
	f32  = 0
	f16  = 1
	q8_0 = 8
)

// blockSize is how many weights of a row are handled together. In q8_0 they share a scale; the
// other types are cut in the same way, because heads have the same width.
const blockSize = 32

// model is a ggml file: what precedes the weights, and where each tensor is.
type model struct {
	file    io.ReaderAt
	head    [headSize]int32
	front   []byte // mel filters and vocabulary, copied unchanged
	tensors []*tensor
}

// tensor is a matrix in the file, as rows of units. A unit is a block of 32 weights if the rows
// can be cut into blocks, otherwise a whole row of a convolution's kernel, or a single weight.
type tensor struct {
	name  string
	kind  int32
	shape []int // rows first (ggml writes them last)
	at    int64 // offset of its first weight in the file

	rows, units int // rows, and units per row
	unit        int // weights per unit
}

// unitBytes returns the size of a unit in the file.
func (t *tensor) unitBytes() int {
	switch t.kind {
	case f32:
		return 4 * t.unit
	case f16:
		return 2 * t.unit
	default:
		return t.unit / blockSize * (2 + blockSize)
	}
}

func (t *tensor) bytes() int { return t.rows * t.units * t.unitBytes() }

// layOut determines rows and units from the tensor's shape.
func (t *tensor) layOut() error {
	t.rows, t.units, t.unit = t.shape[0], 1, 1
	for _, n := range t.shape[1:] {
		t.unit *= n
	}
	switch {
	case len(t.shape) == 2 && t.unit%blockSize == 0:
		t.units, t.unit = t.unit/blockSize, blockSize
	case t.kind == q8_0:
		return fmt.Errorf("tensor %s: q8_0 with rows of %d; only rows of whole blocks of %d are supported",
			t.name, t.unit, blockSize)
	}
	return nil
}

func readModel(f interface {
	io.Reader
	io.ReaderAt
}) (*model, error) {
	r := &reader{r: bufio.NewReader(f)}
	if r.int32() != magic && r.err == nil {
		return nil, errors.New("the file does not start as a ggml model; use one such as testdata/model/vf-demo.en.bin")
	}
	m := &model{file: f}
	for i := range m.head {
		m.head[i] = r.int32()
	}
	r.keep = &m.front
	mels, bins := r.count(1<<10), r.count(1<<16)
	r.skip(4 * int64(mels) * int64(bins))
	for range r.count(1 << 20) {
		r.skip(int64(r.count(1 << 16)))
	}
	r.keep = nil
	for !r.atEnd() {
		t, err := r.tensor()
		if err != nil {
			return nil, err
		}
		m.tensors = append(m.tensors, t)
	}
	return m, r.wrappedErr()
}

// reader reads a model file and stops at the first error.
type reader struct {
	r    *bufio.Reader
	at   int64
	keep *[]byte // collects everything read
	err  error
}

func (r *reader) wrappedErr() error {
	if errors.Is(r.err, io.EOF) || errors.Is(r.err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the model is truncated after %d bytes; download it again", r.at)
	}
	return r.err
}

func (r *reader) atEnd() bool {
	if r.err != nil {
		return true
	}
	_, err := r.r.Peek(1)
	return err == io.EOF
}

func (r *reader) read(n int) []byte {
	b := make([]byte, n)
	if r.err != nil {
		return b
	}
	got, err := io.ReadFull(r.r, b)
	r.at += int64(got)
	r.err = err
	if r.keep != nil {
		*r.keep = append(*r.keep, b...)
	}
	return b
}

func (r *reader) int32() int32 { return int32(binary.LittleEndian.Uint32(r.read(4))) }

// count reads a number from 0 to most.
func (r *reader) count(most int32) int {
	n := r.int32()
	if r.err == nil && (n < 0 || n > most) {
		r.err = fmt.Errorf("the count before byte %d is %d, not 0 to %d; is it a Whisper model?", r.at, n, most)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// skip skips n bytes, or adds them to keep.
func (r *reader) skip(n int64) {
	if r.keep != nil {
		r.read(int(n))
		return
	}
	if r.err == nil {
		var got int64
		got, r.err = io.CopyN(io.Discard, r.r, n)
		r.at += got
	}
}

// tensor reads a tensor's header and skips its weights.
func (r *reader) tensor() (*tensor, error) {
	dims, name := r.count(4), r.count(1<<10)
	t := &tensor{kind: r.int32(), shape: make([]int, dims)}
	for i := range t.shape {
		t.shape[dims-1-i] = r.count(1 << 24)
	}
	t.name = string(r.read(name))
	if err := r.wrappedErr(); err != nil {
		return nil, err
	}
	if dims == 0 || t.kind != f32 && t.kind != f16 && t.kind != q8_0 {
		return nil, fmt.Errorf("tensor %s has %d dimensions and type %d; only f32, f16 and q8_0 are supported",
			t.name, dims, t.kind)
	}
	t.at = r.at
	if err := t.layOut(); err != nil {
		return nil, err
	}
	r.skip(int64(t.bytes()))
	return t, r.wrappedErr()
}
