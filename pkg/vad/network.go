package vad

import (
	_ "embed"
	"encoding/binary"
	"math"
	"sync"

	"github.com/x448/float16"
)

// The network takes the bands of three hops, widens them, and passes them through
// a stack of dilated causal convolutions (A. van den Oord et al., "WaveNet",
// 2016), which are separable: first each channel on its own, then all channels
// together (F. Chollet, "Xception", 2017).
const (
	inputHops = 3
	width     = 96 // channels
	taps      = 3
	// lookAhead is how many further hops the network needs for an answer.
	lookAhead = 3
)

// dilations are the distances between the taps of each layer, in hops. Together
// the layers look back 3.8 s.
var dilations = [...]int{1, 2, 4, 8, 16, 32, 1, 2, 4, 8, 16}

// weights are the network's parameters as little-endian float16, in the order in
// which newNetwork reads them; scripts/speech-network makes them.
//
//go:embed speech.weights
var weights []byte

// network detects speech in a sequence of spectra.
type network struct {
	input  product
	stack  [len(dilations)]convolution
	output product

	recent [inputHops * bands]float32 // latest spectra, oldest first
	sums   [width]float32             // of one product, reused
	state  [width]float32             // passed from layer to layer, reused
}

// newNetwork returns the network at the start of a stream.
func newNetwork() *network {
	n := *trained()
	for i := range n.stack {
		n.stack[i].past = make([]float32, len(n.stack[i].past))
	}
	return &n
}

// trained is the network with its weights, which all networks share and none changes.
var trained = sync.OnceValue(readNetwork)

func readNetwork() *network {
	r := reader{weights}
	n := &network{input: r.product(inputHops*bands, width)}
	for i, dilation := range dilations {
		n.stack[i] = r.convolution(dilation)
	}
	n.output = r.product(width, 1)
	return n
}

// reset returns to the start of a stream, with silence before it.
func (n *network) reset() {
	clear(n.recent[:])
	for i := range n.stack {
		clear(n.stack[i].past)
	}
}

// hear takes the next hop's spectrum and returns the probability of speech in the
// hop lookAhead hops earlier.
func (n *network) hear(spectrum *[bands]float32) float32 {
	copy(n.recent[:], n.recent[bands:])
	copy(n.recent[len(n.recent)-bands:], spectrum[:])
	n.input.apply(n.state[:], n.recent[:])
	for i, v := range n.state {
		n.state[i] = max(v, 0)
	}
	for i := range n.stack {
		mixed := n.stack[i].hear(&n.state)
		n.stack[i].pointwise.apply(n.sums[:], mixed)
		for i, v := range n.sums {
			n.state[i] += max(v, 0)
		}
	}
	n.output.apply(n.sums[:1], n.state[:])
	return float32(1 / (1 + math.Exp(-float64(n.sums[0]))))
}

// convolution is one layer of the stack.
type convolution struct {
	depthwise []float32 // taps of all channels, the oldest hop's first
	pointwise product

	dilation int
	past     []float32 // ring of the last (taps-1)*dilation inputs
	at       int       // index of the oldest input
	mixed    [width]float32
}

// hear applies the depthwise part and returns the sums, valid until the next call.
//
//go:norace
func (c *convolution) hear(now *[width]float32) []float32 {
	oldest := (*[width]float32)(c.past[c.at*width:])
	middle := (*[width]float32)(c.past[(c.at+c.dilation)%(2*c.dilation)*width:])
	tap := func(i int) *[width]float32 { return (*[width]float32)(c.depthwise[i*width:]) }
	first, second, third := tap(0), tap(1), tap(2)
	for i := range c.mixed {
		c.mixed[i] = first[i]*oldest[i] + second[i]*middle[i] + third[i]*now[i]
	}
	*oldest = *now
	c.at = (c.at + 1) % (2 * c.dilation)
	return c.mixed[:]
}

// product is a multiplication by a matrix, stored row by row, plus a bias.
type product struct{ matrix, bias []float32 }

// apply computes four rows at a time, so that the processor can multiply for one
// row while it adds for another. The race detector would check each of its 120,000
// accesses to memory per hop; everything it touches belongs to one detector.
//
//go:norace
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

// reader reads layers from the weights.
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

func (r *reader) convolution(dilation int) convolution {
	return convolution{
		depthwise: r.numbers(taps * width), pointwise: r.product(width, width),
		dilation: dilation, past: make([]float32, (taps-1)*dilation*width),
	}
}
