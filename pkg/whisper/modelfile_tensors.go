package whisper

/*
#include <ggml.h>
*/
import "C"

import (
	"fmt"
	"slices"
	"strings"
)

// tensor is what whisper.cpp expects of a tensor. Of the type it compares only the
// size, and it does not notice a tensor that comes twice instead of another one.
type tensor struct {
	shape [4]uint32 // columns first, unused dimensions 1
	kind  C.enum_ggml_type
}

// tensorSet maps names to tensors that have not been read yet.
type tensorSet map[string]tensor

func (s tensorSet) add(name string, kind C.enum_ggml_type, shape ...int) {
	t := tensor{shape: [4]uint32{1, 1, 1, 1}, kind: kind}
	for i, n := range shape {
		t.shape[i] = uint32(n)
	}
	s[name] = t
}

// addLinear adds the weights and the bias of a layer.
func (s tensorSet) addLinear(name string, kind C.enum_ggml_type, from, to int) {
	s.add(name+".weight", kind, from, to)
	s.add(name+".bias", C.GGML_TYPE_F32, to)
}

func (s tensorSet) addNorm(name string, n int) {
	s.add(name+".weight", C.GGML_TYPE_F32, n)
	s.add(name+".bias", C.GGML_TYPE_F32, n)
}

func (s tensorSet) addAttention(name string, kind C.enum_ggml_type, n int) {
	s.addNorm(name+"_ln", n)
	s.addLinear(name+".query", kind, n, n)
	s.add(name+".key.weight", kind, n, n)
	s.addLinear(name+".value", kind, n, n)
	s.addLinear(name+".out", kind, n, n)
}

func (s tensorSet) addFeedForward(block string, kind C.enum_ggml_type, n int) {
	s.addNorm(block+"mlp_ln", n)
	s.addLinear(block+"mlp.0", kind, n, 4*n)
	s.addLinear(block+"mlp.2", kind, 4*n, n)
}

// tensors lists the tensors of a model, as whisper_model_load creates them
// (ASR_TENSOR_NAMES in whisper-arch.h).
func (h header) tensors() tensorSet {
	convolution := C.enum_ggml_type(C.GGML_TYPE_F16)
	if h.weights == C.GGML_TYPE_F32 {
		convolution = C.GGML_TYPE_F32
	}
	n, s := h.state, tensorSet{}
	s.add("encoder.positional_embedding", C.GGML_TYPE_F32, n, audioContext)
	s.add("encoder.conv1.weight", convolution, 3, h.mels, n)
	s.add("encoder.conv1.bias", C.GGML_TYPE_F32, 1, n)
	s.add("encoder.conv2.weight", convolution, 3, n, n)
	s.add("encoder.conv2.bias", C.GGML_TYPE_F32, 1, n)
	s.addNorm("encoder.ln_post", n)
	for i := range h.audioLayers {
		block := fmt.Sprintf("encoder.blocks.%d.", i)
		s.addAttention(block+"attn", h.weights, n)
		s.addFeedForward(block, h.weights, n)
	}
	s.add("decoder.positional_embedding", C.GGML_TYPE_F32, n, textContext)
	s.add("decoder.token_embedding.weight", h.weights, n, h.vocabulary)
	s.addNorm("decoder.ln", n)
	for i := range h.textLayers {
		block := fmt.Sprintf("decoder.blocks.%d.", i)
		s.addAttention(block+"attn", h.weights, n)
		s.addAttention(block+"cross_attn", h.weights, n)
		s.addFeedForward(block, h.weights, n)
	}
	return s
}

// bytes returns the size of the tensor's weights in the file.
func (t tensor) bytes() int64 {
	rows := int64(t.shape[1]) * int64(t.shape[2]) * int64(t.shape[3]) // below 2^32, as shapes come from headers
	return rows * int64(C.ggml_row_size(t.kind, C.int64_t(t.shape[0])))
}

// tensors skips all tensors, which must be exactly the expected ones, in any order.
func (m *modelReader) tensors(expected tensorSet) ([]piece, error) {
	for m.err == nil && len(expected) > 0 {
		m.tensor(expected)
	}
	if m.err == nil && m.left > 0 {
		m.err = fmt.Errorf("%d bytes follow its last tensor", m.left)
	}
	return m.pieces, m.err
}

// longestName limits the name of a tensor in bytes.
const longestName = 64

// tensor skips a tensor: its header, name and weights.
func (m *modelReader) tensor(expected tensorSet) {
	dims := m.uint32() // 0 for a single number
	length := m.uint32()
	kind := m.uint32()
	if m.err == nil && (dims > 4 || length > longestName) {
		m.err = fmt.Errorf("a tensor has %d dimensions and a name of %d bytes; the limits are 4 and %d",
			int32(dims), int32(length), longestName)
	}
	if m.err != nil {
		return
	}
	shape := [4]uint32{1, 1, 1, 1}
	for i := range dims {
		shape[i] = m.uint32()
	}
	name := string(m.bytes(int64(length)))
	if m.err != nil {
		return
	}
	want, ok := expected[name]
	switch {
	case !ok:
		m.err = fmt.Errorf("tensor %q is unknown or occurs twice", name)
	case shape != want.shape:
		m.err = fmt.Errorf("tensor %q is %s, not %s", name, shapeText(shape), shapeText(want.shape))
	case kind != uint32(want.kind):
		m.err = fmt.Errorf("tensor %q has weights of type %d, not %d", name, int32(kind), want.kind)
	}
	delete(expected, name)
	m.skipWeights(want.bytes(), want.kind)
}

// shapeText writes a shape like 3x80x384.
func shapeText(shape [4]uint32) string {
	used := 4
	for used > 1 && shape[used-1] == 1 {
		used--
	}
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(slices.Clip(shape[:used])), "[]"), " ", "x")
}
