// Package quantise converts a Whisper model in ggml's file format to 8-bit weights.
// On a processor, the memory that the weights are read from limits the speed: with
// weights half as large, the decoder takes half the time per word.
//
//	err := quantise.Q8(out, in)
//
// The format is ggml's q8_0: each row is cut into blocks of 32 weights, and a block is
// one scale (16 bits) and 32 integers from -127 to 127. The result is identical to that
// of whisper.cpp's whisper-quantize. Whether a file is a usable model is for libwhisper
// and package whisper to check.
package quantise

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// ErrForm: the file is not a ggml model with 16-bit or 32-bit weights.
var ErrForm = errors.New("not a model with float weights")

// The numbers of ggml's file format (ggml.h).
const (
	magic     = 0x67676d6c
	typeF32   = 0
	typeF16   = 1
	typeQ8    = 8
	modelF32  = 0 // of the whole model
	modelF16  = 1
	modelQ8   = 2*1000 + 7 // version 2 of the quantised forms, mostly q8_0
	block     = 32
	blockSize = 2 + block // bytes
)

const (
	// longest is the limit of a tensor's size in each dimension; large-v3's vocabulary has
	// 51866 words.
	longest = 1 << 24
	// largest is the limit of a tensor's weights, far above those of large-v3.
	largest = 1 << 32
	// largestBank is the limit of both dimensions of the mel filters, which are 128 and 201.
	largestBank = 1 << 10
)

// keptTensors are the matrices that are copied unchanged, as in whisper-quantize.
var keptTensors = []string{
	"encoder.conv1.bias", "encoder.conv2.bias", "encoder.positional_embedding", "decoder.positional_embedding",
}

// Float reports whether a ggml model has 16-bit or 32-bit weights. It reads only the first 48
// bytes.
func Float(r io.Reader) (bool, error) {
	var header [12]int32
	if err := binary.Read(r, binary.LittleEndian, &header); err != nil {
		return false, fmt.Errorf("%w: %w", ErrForm, err)
	}
	kind := header[11]
	return header[0] == magic && (kind == modelF32 || kind == modelF16), nil
}

// Q8 copies a model from r to w, with its weights as q8_0. Its error wraps ErrForm if r is not
// a float model.
func Q8(w io.Writer, r io.Reader) error {
	c := &copier{in: bufio.NewReaderSize(r, 1<<20), out: bufio.NewWriterSize(w, 1<<20)}
	c.header()
	for c.err == nil {
		if _, err := c.in.Peek(1); err == io.EOF {
			return c.out.Flush()
		}
		c.tensor()
	}
	if errors.Is(c.err, io.EOF) || errors.Is(c.err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: the file is truncated", ErrForm)
	}
	return c.err
}

// header copies everything before the tensors: the dimensions, the mel filters
// and the vocabulary.
func (c *copier) header() {
	if c.number() != magic && c.err == nil {
		c.err = ErrForm
	}
	for range 10 {
		c.number()
	}
	kind := c.read()
	if c.err == nil && kind != modelF32 && kind != modelF16 {
		c.err = fmt.Errorf("%w: weights of type %d", ErrForm, kind)
	}
	c.write(modelQ8)
	bands, bins := c.number(), c.number()
	if c.err == nil && (bands > largestBank || bins > largestBank) {
		c.err = fmt.Errorf("%w: a filter bank of %d by %d", ErrForm, bands, bins)
	}
	c.bytes(4 * int64(bands) * int64(bins))
	for words := c.number(); words > 0 && c.err == nil; words-- {
		c.bytes(int64(c.number()))
	}
}

// tensor copies a tensor, quantising it if it is a matrix.
func (c *copier) tensor() {
	dims, length, kind := c.read(), c.read(), c.read()
	if c.err == nil && (dims > 4 || length > 1<<10 || kind > typeF16) {
		c.err = fmt.Errorf("%w: tensor of type %d with %d dimensions", ErrForm, kind, dims)
	}
	if c.err != nil {
		return
	}
	shape, weights := c.shape(dims)
	if c.err != nil {
		return
	}
	name := make([]byte, length)
	if c.err == nil {
		_, c.err = io.ReadFull(c.in, name)
	}
	quantised := dims == 2 && !slices.Contains(keptTensors, string(name)) && shape[0]%block == 0
	c.write(dims)
	c.write(length)
	if quantised {
		c.write(typeQ8)
	} else {
		c.write(kind)
	}
	for _, n := range shape[:dims] {
		c.write(n)
	}
	if c.err == nil {
		_, c.err = c.out.Write(name)
	}
	size := int64(4)
	if kind == typeF16 {
		size = 2
	}
	if !quantised {
		c.unchanged(kind, size, weights)
		return
	}
	for rows := shape[1]; rows > 0 && c.err == nil; rows-- {
		c.quantise(kind, int(shape[0]), int(size))
	}
}

// shape reads a tensor's dimensions and returns the number of its weights too. None is 0:
// rows without weights would take time, but no bytes of the file.
func (c *copier) shape(dims uint32) (shape [4]uint32, weights int64) {
	shape, weights = [4]uint32{1, 1, 1, 1}, 1
	for i := range dims {
		n := c.read()
		if c.err == nil && (n < 1 || n > longest || weights > largest/int64(n)) {
			c.err = fmt.Errorf("%w: tensor of size %d", ErrForm, n)
		}
		if c.err != nil {
			return shape, 0
		}
		shape[i] = n
		weights *= int64(n)
	}
	return shape, weights
}

// quantise reads a row of n weights of size bytes each and writes its blocks.
func (c *copier) quantise(kind uint32, n, size int) {
	c.row = slices.Grow(c.row[:0], n*size)[:n*size]
	if _, c.err = io.ReadFull(c.in, c.row); c.err != nil {
		return
	}
	c.quantised = c.quantised[:0]
	for at := 0; at < n; at += block {
		for i := range c.values {
			c.values[i] = weight(kind, c.row[size*(at+i):])
		}
		if !allBelow(c.values[:], largestWeight) {
			c.err = errWeights
			return
		}
		c.quantised = appendBlock(c.quantised, &c.values)
	}
	_, c.err = c.out.Write(c.quantised)
}

// unchanged copies n weights of size bytes each.
func (c *copier) unchanged(kind uint32, size, n int64) {
	for n > 0 && c.err == nil {
		some := min(n, block)
		c.row = slices.Grow(c.row[:0], int(some*size))[:some*size]
		if _, c.err = io.ReadFull(c.in, c.row); c.err != nil {
			return
		}
		for i := range c.values[:some] {
			c.values[i] = weight(kind, c.row[int(size)*i:])
		}
		if !allBelow(c.values[:some], math.MaxFloat32) {
			c.err = errWeights
			return
		}
		_, c.err = c.out.Write(c.row)
		n -= some
	}
}
