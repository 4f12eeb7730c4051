package whisper

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// mutant is a changed model. If raw is set, it is the file.
type mutant struct {
	*testModel
	raw []byte
}

func (m mutant) bytes() []byte {
	if m.raw != nil {
		return m.raw
	}
	return m.file()
}

// mutate changes a model in one to three ways and describes them.
func mutate(r *rand.Rand, base *testModel) (mutant, string) {
	m := mutant{testModel: base.clone()}
	var done []string
	for range 1 + r.IntN(3) {
		name, change := "weights", changeWeights
		switch k := r.IntN(20); {
		case k < 2:
			name, change = "header", changeHeader
		case k < 3:
			name, change = "bank", changeBank
		case k < 4:
			name, change = "words counted", changeWordCount
		case k < 5:
			name, change = "tensor header", changeTensor
		case k < 6:
			name, change = "tensors", shuffleTensors
		case k < 11:
			name, change = "words", changeWords
		}
		change(r, m.testModel)
		done = append(done, name)
	}
	if r.IntN(10) == 0 {
		m.raw = changeBytes(r, m.file())
		done = append(done, "bytes")
	}
	return m, fmt.Sprint(done)
}

// interesting returns a number at a boundary, near another, or any.
func interesting(r *rand.Rand, near uint32) uint32 {
	switch r.IntN(4) {
	case 0:
		return near + uint32(r.IntN(9)) - 4
	case 1:
		all := []uint32{0, 1, 2, 31, 32, 64, 80, 81, 128, 201, 256, 448, 1500, 1 << 14, 1 << 15, 1 << 16,
			51864, 51865, 51866, 1 << 24, math.MaxInt32, 1 << 31, math.MaxUint32}
		return all[r.IntN(len(all))]
	case 2:
		return near << r.IntN(8) >> r.IntN(8)
	}
	return r.Uint32() >> r.IntN(32)
}

func changeHeader(r *rand.Rand, m *testModel) {
	i := r.IntN(len(m.front))
	m.front[i] = interesting(r, m.front[i])
}

// changeBank changes the filters: their number, with the bytes to match, or weights.
func changeBank(r *rand.Rand, m *testModel) {
	if m.silero {
		return
	}
	if r.IntN(2) == 0 {
		m.filters = changed(r, m.filters, 0)
		return
	}
	m.bank[r.IntN(2)] = interesting(r, m.bank[1]) % (1 << 12)
	if r.IntN(2) == 0 {
		m.filters = make([]byte, min(4*uint64(m.bank[0])*uint64(m.bank[1]), 1<<22))
	}
}

func changeWordCount(r *rand.Rand, m *testModel) {
	if len(m.words) == 0 {
		return
	}
	n := int(interesting(r, m.count))
	if n > 1<<17 || n < 0 || r.IntN(2) == 0 {
		m.count = uint32(n)
		return
	}
	for len(m.words) < n {
		m.words = append(m.words, []byte{byte(n)})
	}
	m.words, m.count = m.words[:n], uint32(n)
}

// changeWords replaces words by others that mean something to a terminal, a parser or
// a string of C.
func changeWords(r *rand.Rand, m *testModel) {
	if len(m.words) == 0 {
		return
	}
	odd := [][]byte{
		nil, {0}, {0xff, 0xfe}, {0xc3}, []byte("\x1b[2J"), []byte("[_BEG_]"), []byte("[_TT_5]"), []byte("<|endoftext|>"),
		bytes.Repeat([]byte{'x'}, longestWord), []byte(" "), []byte("\n"), {' ', 0, 'a'}, []byte("%s%n"),
	}
	if r.IntN(4) == 0 { // all of them
		w := odd[r.IntN(len(odd))]
		for i := range m.words {
			m.words[i] = w
		}
		return
	}
	for range 1 + r.IntN(1000) {
		w := odd[r.IntN(len(odd))]
		if r.IntN(2) == 0 {
			w = binary.LittleEndian.AppendUint64(nil, r.Uint64())
		}
		m.words[r.IntN(len(m.words))] = w
	}
}

func changeTensor(r *rand.Rand, m *testModel) {
	if len(m.tensors) == 0 {
		return
	}
	t := &m.tensors[r.IntN(len(m.tensors))]
	switch r.IntN(6) {
	case 0:
		t.dims = interesting(r, t.dims)
	case 1:
		t.length = interesting(r, t.length)
	case 2:
		t.kind = interesting(r, t.kind)
	case 3:
		slices.Reverse(t.shape)
	case 4:
		if len(t.shape) > 0 {
			i := r.IntN(len(t.shape))
			t.shape[i] = interesting(r, t.shape[i])
		}
	case 5:
		t.name = m.tensors[r.IntN(len(m.tensors))].name
		t.length = uint32(len(t.name))
	}
}

func shuffleTensors(r *rand.Rand, m *testModel) {
	switch n := len(m.tensors); {
	case n == 0:
	case r.IntN(3) > 0:
		r.Shuffle(n, func(i, j int) { m.tensors[i], m.tensors[j] = m.tensors[j], m.tensors[i] })
	case r.IntN(2) == 0:
		m.tensors = append(m.tensors, m.tensors[r.IntN(n)])
	default:
		m.tensors = slices.Delete(m.tensors, r.IntN(n), n)
	}
}

func changeWeights(r *rand.Rand, m *testModel) {
	for range 1 + r.IntN(3) {
		if len(m.tensors) == 0 {
			return
		}
		t := &m.tensors[r.IntN(len(m.tensors))]
		t.weights = changed(r, t.weights, t.kind)
	}
}

// changed returns weights that are partly or wholly not numbers, infinite, huge, zero
// or random.
func changed(r *rand.Rand, b []byte, kind uint32) []byte {
	b = bytes.Clone(b)
	patterns := [][]byte{
		{0, 0, 0xc0, 0x7f}, {0, 0, 0x80, 0x7f}, {0xff, 0xff, 0x7f, 0xff}, {0, 0, 0, 0}, {0xff, 0xff, 0xff, 0xff}, // float32
		{0, 0x7e, 0, 0x7e}, {0, 0x7c, 0, 0xfc}, {0xff, 0x7b, 0xff, 0xfb}, // float16, and scales
	}
	p := patterns[r.IntN(len(patterns))]
	from, to := 0, len(b)
	if r.IntN(2) == 0 && len(b) >= 8 {
		from = r.IntN(len(b)/4) * 4
		to = min(from+4+4*r.IntN(64), len(b))
	}
	for i := from; i < to; i++ {
		if r.IntN(16) == 0 && kind > 1 {
			continue
		}
		b[i] = p[i%4]
	}
	if r.IntN(4) == 0 {
		for i := from; i < to; i++ {
			b[i] = byte(r.Uint32())
		}
	}
	return b
}

// changeBytes changes a file without regard to its structure.
func changeBytes(r *rand.Rand, b []byte) []byte {
	switch r.IntN(4) {
	case 0:
		return b[:r.IntN(len(b)+1)]
	case 1:
		return append(b, make([]byte, r.IntN(64))...)
	case 2: // the header, mostly
		for range 1 + r.IntN(4) {
			b[r.IntN(min(64, len(b)))] = byte(r.Uint32())
		}
		return b
	}
	for range 1 + r.IntN(64) {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
	}
	return b
}
