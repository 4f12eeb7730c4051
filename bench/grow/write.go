package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// grow writes the model in another size and returns the number of bytes.
func grow(m *model, to size, out io.Writer) (written int64, err error) {
	w, err := newWidening(m.head, to.width)
	if err != nil {
		return 0, err
	}
	if int(m.head[audioLayers]) > to.audioLayers || int(m.head[textLayers]) > to.textLayers {
		return 0, fmt.Errorf("the model has %d and %d layers, which cannot become %d and %d",
			m.head[audioLayers], m.head[textLayers], to.audioLayers, to.textLayers)
	}
	g := &grower{model: m, widening: w, out: bufio.NewWriterSize(out, 1<<18)}
	g.header(to)
	for _, t := range m.tensors {
		g.tensor(t, t.name, false)
	}
	g.layers("encoder", int(m.head[audioLayers]), to.audioLayers)
	g.layers("decoder", int(m.head[textLayers]), to.textLayers)
	if g.err == nil {
		g.err = g.out.Flush()
	}
	return g.written, g.err
}

// grower writes a model and stops at the first error.
type grower struct {
	model    *model
	widening *widening
	out      *bufio.Writer
	written  int64
	err      error
}

func (g *grower) write(b []byte) {
	if g.err == nil {
		var n int
		n, g.err = g.out.Write(b)
		g.written += int64(n)
	}
}

func (g *grower) int32s(numbers ...int) {
	for _, n := range numbers {
		g.write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
	}
}

func (g *grower) header(to size) {
	head := g.model.head
	head[audioState], head[textState] = int32(to.width), int32(to.width)
	head[audioHeads], head[textHeads] = int32(to.width/64), int32(to.width/64)
	head[audioLayers], head[textLayers] = int32(to.audioLayers), int32(to.textLayers)
	g.int32s(magic)
	for _, n := range head {
		g.int32s(int(n))
	}
	g.write(g.model.front)
}

// layers adds copies of a side's first layer that add nothing.
func (g *grower) layers(side string, from, to int) {
	first := side + ".blocks.0."
	for layer := from; layer < to; layer++ {
		for _, t := range g.model.tensors {
			if rest, ok := strings.CutPrefix(t.name, first); ok {
				g.tensor(t, fmt.Sprintf("%s.blocks.%d.%s", side, layer, rest), endsBranch(t.name))
			}
		}
	}
}

// tensor writes a tensor in its wide form, or all zeros.
func (g *grower) tensor(t *tensor, name string, zero bool) {
	if g.err != nil {
		return
	}
	p := g.widening.plan(t)
	shape := p.shape(t)
	g.int32s(len(shape), len(name), int(t.kind))
	for i := len(shape) - 1; i >= 0; i-- {
		g.int32s(shape[i])
	}
	g.write([]byte(name))
	row := make([]byte, len(p.units)*t.unitBytes())
	if zero {
		for range p.rows {
			g.write(row)
		}
		return
	}
	weights := make([]byte, t.bytes())
	if _, err := g.model.file.ReadAt(weights, t.at); err != nil {
		g.err = fmt.Errorf("cannot read tensor %s: %w", t.name, err)
		return
	}
	narrow := t.units * t.unitBytes()
	for _, r := range p.rows {
		t.widen(row, weights[r*narrow:(r+1)*narrow], p)
		g.write(row)
	}
}

// widen makes a wide row from a small one.
func (t *tensor) widen(wide, small []byte, p plan) {
	n := t.unitBytes()
	for i, u := range p.units {
		unit := wide[i*n : (i+1)*n]
		copy(unit, small[u*n:(u+1)*n])
		if p.shares[i] != 1 {
			t.scale(unit, float32(p.shares[i]))
		}
	}
}

// scale multiplies the weights of a unit; in q8_0 that is one number per block.
func (t *tensor) scale(unit []byte, by float32) {
	if t.kind == f32 {
		for ; len(unit) > 0; unit = unit[4:] {
			x := math.Float32frombits(binary.LittleEndian.Uint32(unit)) * by
			binary.LittleEndian.PutUint32(unit, math.Float32bits(x))
		}
		return
	}
	step := 2
	if t.kind == q8_0 {
		step += blockSize
	}
	for ; len(unit) > 0; unit = unit[step:] {
		x := fromHalf(binary.LittleEndian.Uint16(unit)) * by
		binary.LittleEndian.PutUint16(unit, toHalf(x))
	}
}
