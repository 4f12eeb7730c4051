package whisper

import (
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// testModel is a model file in parts, which may contradict each other.
type testModel struct {
	silero  bool
	front   []uint32 // the header, starting with the magic number
	bank    []uint32 // dimensions of the filter bank
	filters []byte
	count   uint32 // of words
	words   [][]byte
	tensors []testTensor
	tail    []byte
}

type testTensor struct {
	dims, length, kind uint32
	shape              []uint32
	name               string
	weights            []byte
}

// clone copies a model, but shares the bytes of words and weights.
func (m *testModel) clone() *testModel {
	c := *m
	c.front, c.bank = slices.Clone(m.front), slices.Clone(m.bank)
	c.words, c.tensors = slices.Clone(m.words), slices.Clone(m.tensors)
	for i := range c.tensors {
		c.tensors[i].shape = slices.Clone(c.tensors[i].shape)
	}
	return &c
}

func (m *testModel) file() []byte {
	size := len(m.filters) + len(m.tail) + 1024 + 16*len(m.words)
	for _, t := range m.tensors {
		size += len(t.weights) + 128
	}
	b := make([]byte, 0, size)
	number := func(numbers ...uint32) {
		for _, n := range numbers {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
	}
	if m.silero {
		number(m.front[0], uint32(len(speechModel)))
		b = append(b, speechModel...)
		number(m.front[1:]...)
	} else {
		number(m.front...)
		number(m.bank...)
		b = append(b, m.filters...)
		number(m.count)
		for _, w := range m.words {
			number(uint32(len(w)))
			b = append(b, w...)
		}
	}
	for _, t := range m.tensors {
		number(t.dims, t.length, t.kind)
		number(t.shape...)
		b = append(append(b, t.name...), t.weights...)
	}
	return append(b, m.tail...)
}

// parse splits a valid Whisper model.
func parse(t testing.TB, data []byte) *testModel {
	t.Helper()
	r := &fields{data: data}
	m := &testModel{front: r.numbers(12), bank: r.numbers(2)}
	m.filters = r.bytes(4 * int(m.bank[0]*m.bank[1]))
	m.count = r.numbers(1)[0]
	for range m.count {
		m.words = append(m.words, r.bytes(int(r.numbers(1)[0])))
	}
	h := header{
		vocabulary: int(m.front[1]), state: int(m.front[3]), audioLayers: int(m.front[5]), textLayers: int(m.front[9]),
		mels: int(m.front[10]), weights: weightTypes[m.front[11]%versionFactor],
	}
	expected := h.tensors()
	for len(r.data) > 0 {
		head := r.numbers(3)
		x := testTensor{dims: head[0], length: head[1], kind: head[2], shape: r.numbers(int(head[0]))}
		x.name = string(r.bytes(int(x.length)))
		want, ok := expected[x.name]
		if !ok {
			t.Fatalf("unexpected tensor %q", x.name)
		}
		x.weights = r.bytes(int(want.bytes()))
		m.tensors = append(m.tensors, x)
	}
	return m
}

// fields cuts a file into fields.
type fields struct{ data []byte }

func (f *fields) bytes(n int) []byte {
	b := f.data[:n:n]
	f.data = f.data[n:]
	return b
}

func (f *fields) numbers(n int) []uint32 {
	var out []uint32
	for range n {
		out = append(out, binary.LittleEndian.Uint32(f.bytes(4)))
	}
	return out
}

func demoModel(t testing.TB) *testModel {
	t.Helper()
	data, err := os.ReadFile("../../testdata/model/vf-demo.en.bin")
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, data)
}

// shape is what genuine models differ in.
type shape struct{ vocabulary, state, heads, audioLayers, textLayers, mels, ftype int }

// randomModel makes a valid model with random weights.
func randomModel(s shape) *testModel {
	m, expected := headOnly(s)
	m.add(newRandom(uint64(s.state)), expected)
	return m
}

// headOnly makes a valid model without its tensors, and the set of these.
func headOnly(s shape) (*testModel, tensorSet) {
	r := newRandom(uint64(s.state))
	m := &testModel{count: uint32(englishEnd + 1)}
	for _, n := range []int{modelMagic, s.vocabulary, audioContext, s.state, s.heads, s.audioLayers, textContext,
		s.state, s.heads, s.textLayers, s.mels, s.ftype} {
		m.front = append(m.front, uint32(n))
	}
	m.bank = []uint32{uint32(s.mels), filterWidth}
	m.filters = randomWeights(r, 0, s.mels*filterWidth*4)
	for i := range m.count {
		m.words = append(m.words, []byte{' ', byte('a' + i%26), byte('a' + i/26%26), byte('a' + i/676%26)})
	}
	m.words[220] = []byte(" ")
	h := header{s.vocabulary, s.state, s.audioLayers, s.textLayers, s.mels, weightTypes[uint32(s.ftype%versionFactor)]}
	return m, h.tensors()
}

// randomSilero makes a valid Silero model with random weights.
func randomSilero(patch uint32) *testModel {
	r := newRandom(8)
	m := &testModel{silero: true, front: []uint32{modelMagic, 6, 2, patch, speechWindow, speechContext, 4}}
	for _, layer := range convolutions {
		m.front = append(m.front, uint32(layer[0]), uint32(layer[1]), uint32(layer[2]))
	}
	m.front = append(m.front, speechState, speechState, speechState, 1)
	m.add(r, speechTensors())
	return m
}

// add adds the tensors in the order of their names.
func (m *testModel) add(r *rand.Rand, expected tensorSet) {
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		t := expected[name]
		used := 4
		for used > 1 && t.shape[used-1] == 1 {
			used--
		}
		m.tensors = append(m.tensors, testTensor{
			dims: uint32(used), length: uint32(len(name)), kind: uint32(t.kind), shape: slices.Clone(t.shape[:used]),
			name: name, weights: randomWeights(r, uint32(t.kind), int(t.bytes())),
		})
	}
}

// randomWeights returns n bytes that are small numbers in f32 and f16, and almost anything
// in quantised types.
func randomWeights(r *rand.Rand, kind uint32, n int) []byte {
	b := make([]byte, n)
	for i := 0; i+8 <= n; i += 8 {
		x := r.Uint64()
		switch kind {
		case 0: // positive and negative, 2^-7 to 2^-3
			x = x&0x81ffffff_81ffffff | 0x3c000000_3c000000
		case 1:
			x = x&0x87ff87ff_87ff87ff | 0x20002000_20002000
		default: // the scale of a block is in f16, and finite
			x &= 0xbfffbfff_bfffbfff
		}
		binary.LittleEndian.PutUint64(b[i:], x)
	}
	return b
}

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }
