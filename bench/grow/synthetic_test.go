package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// The synthetic model has two heads, which cannot be divided among three wide ones
// evenly.
const (
	smallWidth = 64
	smallHeads = 2
	smallMels  = 4
	vocabulary = 5
)

// synthetic returns a model file with a tensor of each kind, with random weights.
func synthetic() []byte {
	var b bytes.Buffer
	put := func(numbers ...int) {
		for _, n := range numbers {
			b.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
		}
	}
	put(magic, vocabulary, 6, smallWidth, smallHeads, 1, 4, smallWidth, smallHeads, 1, smallMels, 7)
	put(smallMels, 3)
	b.Write(make([]byte, 4*smallMels*3))
	put(2, 1)
	b.WriteString("a")
	put(2)
	b.WriteString("bc")

	rng := rand.New(rand.NewPCG(7, 7))
	tensor := func(name string, kind int, shape ...int) {
		put(len(shape), len(name), kind)
		items := 1
		for i := len(shape) - 1; i >= 0; i-- {
			put(shape[i])
			items *= shape[i]
		}
		b.WriteString(name)
		for range items / blockSize * (kind / q8_0) { // blocks of q8_0
			b.Write(binary.LittleEndian.AppendUint16(nil, toHalf(rng.Float32())))
			for range blockSize {
				b.WriteByte(byte(rng.IntN(256)))
			}
		}
		for range items * (1 - kind/q8_0) {
			x := float32(rng.NormFloat64())
			if kind == f16 {
				b.Write(binary.LittleEndian.AppendUint16(nil, toHalf(x)))
			} else {
				b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)))
			}
		}
	}
	tensor("encoder.positional_embedding", f32, 6, smallWidth)
	tensor("encoder.conv1.weight", f16, smallWidth, smallMels, 3)
	tensor("encoder.conv1.bias", f32, smallWidth, 1)
	tensor("encoder.conv2.weight", f16, smallWidth, smallWidth, 3)
	for _, side := range []string{"encoder", "decoder"} {
		layer := side + ".blocks.0."
		tensor(layer+"attn_ln.weight", f32, smallWidth)
		for _, name := range []string{"query", "key", "value", "out"} {
			tensor(layer+"attn."+name+".weight", f32, smallWidth, smallWidth)
			if name != "key" {
				tensor(layer+"attn."+name+".bias", f32, smallWidth)
			}
		}
		tensor(layer+"mlp.0.weight", q8_0, 2*smallWidth, smallWidth)
		tensor(layer+"mlp.2.weight", f32, smallWidth, 2*smallWidth)
	}
	tensor("decoder.ln.weight", f32, smallWidth)
	tensor("decoder.token_embedding.weight", q8_0, vocabulary, smallWidth)
	return b.Bytes()
}

// weights returns the tensors of a model file as numbers, row by row.
func weights(t *testing.T, file []byte) (*model, map[string][][]float64) {
	t.Helper()
	m, err := readModel(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][][]float64{}
	for _, x := range m.tensors {
		flat := numbers(file[x.at:x.at+int64(x.bytes())], x.kind)
		width := len(flat) / x.rows
		for len(flat) > 0 {
			all[x.name] = append(all[x.name], flat[:width])
			flat = flat[width:]
		}
	}
	return m, all
}

func numbers(b []byte, kind int32) []float64 {
	var out []float64
	for len(b) > 0 {
		switch kind {
		case f32:
			out = append(out, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
			b = b[4:]
		case f16:
			out = append(out, float64(fromHalf(binary.LittleEndian.Uint16(b))))
			b = b[2:]
		case q8_0:
			d := float64(fromHalf(binary.LittleEndian.Uint16(b)))
			for _, q := range b[2 : 2+blockSize] {
				out = append(out, d*float64(int8(q)))
			}
			b = b[2+blockSize:]
		}
	}
	return out
}

// grown returns the synthetic model, small and grown to a width.
func grown(t *testing.T, width, layers int) (small, wide *model, w, v map[string][][]float64) {
	t.Helper()
	file := synthetic()
	small, w = weights(t, file)
	var out bytes.Buffer
	n, err := grow(small, size{"test", width, layers, layers}, &out)
	if err != nil || n != int64(out.Len()) {
		t.Fatalf("%d bytes of %d, %v", n, out.Len(), err)
	}
	wide, v = weights(t, out.Bytes())
	return small, wide, w, v
}

func multiply(m [][]float64, x []float64) []float64 {
	out := make([]float64, len(m))
	for i, row := range m {
		for j, y := range row {
			out[i] += y * x[j]
		}
	}
	return out
}

func times(x []float64, n int) []float64 {
	var out []float64
	for range n {
		out = append(out, x...)
	}
	return out
}

func noise(n int) []float64 {
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

func near(a, b []float64) error {
	if len(a) != len(b) {
		return fmt.Errorf("got %d numbers, want %d", len(a), len(b))
	}
	for i := range a {
		// 16-bit weights have 11 significant bits.
		if math.Abs(a[i]-b[i]) > 2e-2*(1+math.Abs(b[i])) {
			return fmt.Errorf("number %d: got %g, want %g", i, a[i], b[i])
		}
	}
	return nil
}
