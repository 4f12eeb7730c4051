package vad

import (
	_ "embed"
	"encoding/binary"
	"math"

	"github.com/x448/float16"
)

// The network's shape: the bands of three hops, widened, and a tower of causal
// convolutions with growing steps (A. van den Oord and others, "WaveNet", 2016),
// each channel by itself and then all together (F. Chollet, "Xception", 2017).
const (
	hopsAtOnce = 3
	width      = 96
	taps       = 3
	// lookAhead hops after one are heard before the answer about it.
	lookAhead = 3
)

// steps are how many hops the taps of each layer are apart: 3.8 s in all.
var steps = [...]int{1, 2, 4, 8, 16, 32, 1, 2, 4, 8, 16}

// weights has the network's numbers as float16, little endian, in the order in
// which newNetwork reads them; scripts/speech-network makes them.
//
//go:embed speech.weights
var weights []byte

// network hears speech in a sequence of spectra.
type network struct {
	input  product
	tower  [len(steps)]convolution
	output product

	heard [hopsAtOnce * bands]float32 // the latest, oldest first
	sums  [width]float32              // of one product, reused
	state [width]float32              // what goes up the tower, reused
}

func newNetwork() *network {
	r := reader{weights}
	n := &network{input: r.product(hopsAtOnce*bands, width)}
	for i, step := range steps {
		n.tower[i] = r.convolution(step)
	}
	n.output = r.product(width, 1)
	return n
}

// reset goes back to the start of a stream, before which there was silence.
func (n *network) reset() {
	clear(n.heard[:])
	for i := range n.tower {
		clear(n.tower[i].past)
	}
}

// hear takes the next hop's spectrum and returns the probability of speech in
// the hop that was lookAhead before.
func (n *network) hear(spectrum *[bands]float32) float32 {
	copy(n.heard[:], n.heard[bands:])
	copy(n.heard[len(n.heard)-bands:], spectrum[:])
	n.input.apply(n.state[:], n.heard[:])
	for i, v := range n.state {
		n.state[i] = max(v, 0)
	}
	for i := range n.tower {
		mixed := n.tower[i].hear(&n.state)
		n.tower[i].all.apply(n.sums[:], mixed)
		for i, v := range n.sums {
			n.state[i] += max(v, 0)
		}
	}
	n.output.apply(n.sums[:1], n.state[:])
	return float32(1 / (1 + math.Exp(-float64(n.sums[0]))))
}

// convolution is a layer of the tower.
type convolution struct {
	each []float32 // taps of each channel, the oldest hop's first
	all  product

	step  int
	past  []float32 // the last (taps-1)*step inputs, in a ring
	at    int       // of the oldest of these
	mixed [width]float32
}

// hear lets each channel hear its own past, and returns the sums, valid until
// the next call.
func (c *convolution) hear(now *[width]float32) []float32 {
	oldest := (*[width]float32)(c.past[c.at*width:])
	middle := (*[width]float32)(c.past[(c.at+c.step)%(2*c.step)*width:])
	a, b, d := (*[width]float32)(c.each), (*[width]float32)(c.each[width:]), (*[width]float32)(c.each[2*width:])
	for i := range c.mixed {
		c.mixed[i] = a[i]*oldest[i] + b[i]*middle[i] + d[i]*now[i]
	}
	*oldest = *now
	c.at = (c.at + 1) % (2 * c.step)
	return c.mixed[:]
}

// product is a matrix, row after row, and what is added to its product.
type product struct{ matrix, bias []float32 }

// apply multiplies four rows at a time: the processor makes one product while
// it adds another.
func (p *product) apply(to, from []float32) {
	n := len(from)
	row := func(i int) []float32 { return p.matrix[i*n:][:n] }
	i := 0
	for ; i+4 <= len(to); i += 4 {
		a, b, c, d := row(i), row(i+1), row(i+2), row(i+3)
		var sa, sb, sc, sd float32
		for k, v := range from {
			sa += v * a[k]
			sb += v * b[k]
			sc += v * c[k]
			sd += v * d[k]
		}
		to[i], to[i+1], to[i+2], to[i+3] = sa+p.bias[i], sb+p.bias[i+1], sc+p.bias[i+2], sd+p.bias[i+3]
	}
	for ; i < len(to); i++ {
		sum := p.bias[i]
		for k, v := range row(i) {
			sum += v * from[k]
		}
		to[i] = sum
	}
}

// reader takes layers off the weights.
type reader struct{ rest []byte }

func (r *reader) numbers(n int) []float32 {
	numbers := make([]float32, n)
	for i := range numbers {
		numbers[i] = float16.Frombits(binary.LittleEndian.Uint16(r.rest[2*i:])).Float32()
	}
	r.rest = r.rest[2*n:]
	return numbers
}

func (r *reader) product(from, to int) product {
	return product{matrix: r.numbers(from * to), bias: r.numbers(to)}
}

func (r *reader) convolution(step int) convolution {
	each := r.numbers(taps * width)
	return convolution{each: each, all: r.product(width, width), step: step, past: make([]float32, (taps-1)*step*width)}
}
