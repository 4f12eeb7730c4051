package main

import (
	"fmt"
	"math"
	"strings"
)

// plan describes how a tensor's rows and units are repeated, and the share of the weight that
// each copy gets.
type plan struct {
	rows   []int // for each row of the wide tensor, the row of the small one
	units  []int // for each unit of a wide row, the unit of the small one
	shares []float64
}

// widening describes how a small model becomes a wide one.
type widening struct {
	copies int       // of every feature
	rows   []int     // of a projection onto heads: each head of 32 twice, making one of 64
	heads  []int     // the small head repeated by each block of 32 features before "out"
	shares []float64 // of each of these blocks, so that all copies of a head add up to one
}

func newWidening(head [headSize]int32, width int) (*widening, error) {
	small, heads, wide := int(head[audioState]), int(head[audioHeads]), width/64
	if heads == 0 || small/heads != blockSize || small%heads != 0 ||
		head[textState] != head[audioState] || head[textHeads] != head[audioHeads] {
		return nil, fmt.Errorf("the model has %d features in %d heads; only heads of %d can be widened",
			small, heads, blockSize)
	}
	if width%small != 0 || wide < heads {
		return nil, fmt.Errorf("cannot make %d features from %d copies of %d", width, width/small, small)
	}
	w := &widening{copies: width / small}
	uses := make([]int, heads)
	for j := range wide {
		uses[j%heads]++
	}
	for j := range wide {
		h := j % heads
		for range 2 {
			for i := range blockSize {
				w.rows = append(w.rows, h*blockSize+i)
			}
			w.heads = append(w.heads, h)
			w.shares = append(w.shares, 1/float64(2*uses[h]))
		}
	}
	return w, nil
}

// plan returns the plan for a tensor, by its name.
func (w *widening) plan(t *tensor) plan {
	k := w.copies
	rows, units := indices(t.rows), indices(t.units)
	all, part := 1/float64(k), lastTwo(t.name)
	switch {
	case t.name == "decoder.token_embedding.weight", strings.Contains(t.name, "positional"):
		return plan{rows, repeat(units, k), uniform(len(units)*k, 1)}
	case t.name == "decoder.ln.weight", t.name == "decoder.ln.bias": // the logits sum over all copies
		return plan{repeat(rows, k), units, uniform(len(units), all)}
	case t.name == "encoder.conv2.weight":
		return plan{repeat(rows, k), repeat(units, k), uniform(len(units)*k, all)}
	case part == "query.weight": // q times k doubles, while its scale is that of a head of 64
		return plan{w.rows, repeat(units, k), uniform(len(units)*k, all/math.Sqrt2)}
	case part == "key.weight", part == "value.weight":
		return plan{w.rows, repeat(units, k), uniform(len(units)*k, all)}
	case part == "query.bias":
		return plan{w.rows, units, uniform(len(units), 1/math.Sqrt2)}
	case part == "value.bias":
		return plan{w.rows, units, uniform(len(units), 1)}
	case part == "out.weight":
		return plan{repeat(rows, k), w.heads, w.shares}
	case len(t.shape) == 1, strings.HasPrefix(part, "conv"): // layer norms, biases, the first convolution
		return plan{repeat(rows, k), units, uniform(len(units), 1)}
	}
	return plan{repeat(rows, k), repeat(units, k), uniform(len(units)*k, all)}
}

// shape returns the shape of the wide tensor. A convolution's kernel gets more rows and
// channels, but keeps its width.
func (p plan) shape(t *tensor) []int {
	shape := append([]int{len(p.rows)}, t.shape[1:]...)
	if len(shape) > 1 {
		shape[1] = shape[1] * len(p.units) / t.units
	}
	return shape
}

// endsBranch reports whether a layer's tensor ends a branch that is added to the stream: if it
// is all zeros, the layer adds nothing.
func endsBranch(name string) bool {
	return strings.Contains(name, ".out.") || strings.Contains(name, ".mlp.2.")
}

func lastTwo(name string) string {
	parts := strings.Split(name, ".")
	return strings.Join(parts[max(len(parts)-2, 0):], ".")
}

// indices returns 0, 1, ... n-1.
func indices(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func repeat(s []int, times int) []int {
	out := make([]int, 0, len(s)*times)
	for range times {
		out = append(out, s...)
	}
	return out
}

func uniform(n int, share float64) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = share
	}
	return s
}
