package main

import "math"

// fromHalf converts a 16-bit IEEE 754 number.
func fromHalf(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, h>>10&0x1f, float64(h&0x3ff)
	var x float64
	switch exponent {
	case 0:
		x = math.Ldexp(fraction, -24)
	case 0x1f:
		if x = math.Inf(1); fraction != 0 {
			x = math.NaN()
		}
	default:
		x = math.Ldexp(1024+fraction, int(exponent)-25)
	}
	return math.Float32frombits(math.Float32bits(float32(x)) | sign)
}

// toHalf rounds to the nearest 16-bit number, ties to even. Numbers that are too large become
// infinite.
func toHalf(x float32) uint16 {
	sign := uint16(math.Float32bits(x) >> 31 << 15)
	size := math.Abs(float64(x))
	switch {
	case math.IsNaN(size):
		return sign | 0x7e00
	case size >= 65520: // halfway to the next power of two
		return sign | 0x7c00
	case size == 0:
		return sign
	}
	exponent := max(math.Ilogb(size), -14) // below that, numbers are subnormal
	// If rounding carries out of the fraction, the carry increments the exponent.
	steps := uint16(math.RoundToEven(math.Ldexp(size, 10-exponent)))
	return sign | uint16(exponent+14)<<10 + steps
}
