package quantise

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/x448/float16"
)

// largestWeight is the limit of weights to quantise: the scale of a block is a 16-bit float.
const largestWeight = 65504 * 127

var errWeights = fmt.Errorf("%w: weights that are not finite, or are too large", ErrForm)

// weight returns the first weight of some bytes.
func weight(kind uint32, b []byte) float32 {
	if kind == typeF16 {
		return halves()[binary.LittleEndian.Uint16(b)]
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

// allBelow reports whether the absolute values are numbers up to most.
func allBelow(values []float32, most float32) bool {
	for _, v := range values {
		if !(v >= -most && v <= most) { // also if it is not a number
			return false
		}
	}
	return true
}

// appendBlock is ggml's quantize_row_q8_0_ref: the largest weight becomes 127, and halves are
// rounded away from zero.
func appendBlock(b []byte, values *[block]float32) []byte {
	var largest float32
	for _, v := range values {
		largest = max(largest, float32(math.Abs(float64(v))))
	}
	scale := largest / 127
	var steps float32 // per unit
	if scale != 0 {
		steps = 1 / scale
	}
	b = binary.LittleEndian.AppendUint16(b, float16.Fromfloat32(scale).Bits())
	for _, v := range values {
		b = append(b, byte(int8(math.Round(float64(v*steps)))))
	}
	return b
}

// halves lists the values of all 16-bit floats.
var halves = sync.OnceValue(func() *[1 << 16]float32 {
	var all [1 << 16]float32
	for i := range all {
		all[i] = float16.Frombits(uint16(i)).Float32()
	}
	return &all
})
