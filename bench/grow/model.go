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

// The places of the numbers that grow in a Whisper file's header.
const (
	audioState  = 2
	audioHeads  = 3
	audioLayers = 4
	textState   = 6
	textHeads   = 7
	textLayers  = 8
	headSize    = 11
)

// The types of weights, as ggml numbers them.
const (
	f32  = 0
	f16  = 1
	q8_0 = 8
)

// blockSize is how many weights of a row go together. In q8_0 they share a
// scale; the other types are cut alike, because heads are as wide.
const blockSize = 32

// model is a ggml file: what stands before the weights, and where each tensor
// is.
type model struct {
	file    io.ReaderAt
	head    [headSize]int32
	front   []byte // mel filters and vocabulary, passed on as they are
	tensors []*tensor
}

// tensor is a matrix in the file, seen as rows of units: blocks of 32 weights
// where the rows can be cut so, else whole rows of a convolution's kernel or
// single weights.
type tensor struct {
	name  string
	kind  int32
	shape []int // rows first; ggml writes them last
	at    int64 // of its first weight in the file

	rows, units int // units in a row
	unit        int // weights in a unit
}

// unitBytes is the size of a unit in the file.
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

// layOut finds the rows and units of a tensor's shape.
func (t *tensor) layOut() error {
	t.rows, t.units, t.unit = t.shape[0], 1, 1
	for _, n := range t.shape[1:] {
		t.unit *= n
	}
	switch {
	case len(t.shape) == 2 && t.unit%blockSize == 0:
		t.units, t.unit = t.unit/blockSize, blockSize
	case t.kind == q8_0:
		return fmt.Errorf("tensor %s: q8_0 in rows of %d; only matrices with rows of whole blocks of %d are known", t.name, t.unit, blockSize)
	}
	return nil
}

func readModel(f interface {
	io.Reader
	io.ReaderAt
}) (*model, error) {
	r := &reader{r: bufio.NewReader(f)}
	if r.int32() != magic && r.err == nil {
		return nil, errors.New("it does not begin as a ggml model does; name one, such as testdata/model/vf-demo.en.bin")
	}
	m := &model{file: f}
	for i := range m.head {
		m.head[i] = r.int32()
	}
	r.keep = &m.front
	mels, bins := r.count(1<<10), r.count(1<<16)
	r.pass(4 * int64(mels) * int64(bins))
	for range r.count(1 << 20) {
		r.pass(int64(r.count(1 << 16)))
	}
	r.keep = nil
	for !r.ended() {
		t, err := r.tensor()
		if err != nil {
			return nil, err
		}
		m.tensors = append(m.tensors, t)
	}
	return m, r.failure()
}

// reader goes through a model file; the first error stays.
type reader struct {
	r    *bufio.Reader
	at   int64
	keep *[]byte // collects what is read
	err  error
}

func (r *reader) failure() error {
	if errors.Is(r.err, io.EOF) || errors.Is(r.err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the model ends too early, after %d bytes; get it again", r.at)
	}
	return r.err
}

func (r *reader) ended() bool {
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
		r.err = fmt.Errorf("a count before byte %d is %d, not 0 to %d; is it a whisper model?", r.at, n, most)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// pass goes over n bytes, or keeps them.
func (r *reader) pass(n int64) {
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

// tensor reads a tensor's header and passes its weights.
func (r *reader) tensor() (*tensor, error) {
	dims, name := r.count(4), r.count(1<<10)
	t := &tensor{kind: r.int32(), shape: make([]int, dims)}
	for i := range t.shape {
		t.shape[dims-1-i] = r.count(1 << 24)
	}
	t.name = string(r.read(name))
	if err := r.failure(); err != nil {
		return nil, err
	}
	if dims == 0 || t.kind != f32 && t.kind != f16 && t.kind != q8_0 {
		return nil, fmt.Errorf("tensor %s has %d dimensions and type %d; only f32, f16 and q8_0 are known", t.name, dims, t.kind)
	}
	t.at = r.at
	if err := t.layOut(); err != nil {
		return nil, err
	}
	r.pass(int64(t.bytes()))
	return t, r.failure()
}
