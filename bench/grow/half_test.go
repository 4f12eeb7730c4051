package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestHalf goes through all 16-bit numbers: they convert back to themselves, and a number
// between two of them is rounded to the nearer.
func TestHalf(t *testing.T) {
	for h := range uint32(0x7c00) {
		low, high := fromHalf(uint16(h)), fromHalf(uint16(h+1))
		if back := toHalf(low); back != uint16(h) {
			t.Fatalf("%#x became %#x", h, back)
		}
		if back := toHalf(-low); back != uint16(h)|0x8000 {
			t.Fatalf("negative %#x became %#x", h, back)
		}
		if h == 0x7bff {
			continue // the next is infinite
		}
		middle := (low + high) / 2
		if got, even := toHalf(middle), uint16(h+h&1); got != even {
			t.Fatalf("%g between %#x and the next became %#x, not the even one", middle, h, got)
		}
		if got := toHalf(math.Nextafter32(middle, 0)); h > 0 && got != uint16(h) {
			t.Fatalf("below the middle after %#x: %#x", h, got)
		}
		if got := toHalf(math.Nextafter32(middle, 1e9)); got != uint16(h+1) {
			t.Fatalf("above the middle after %#x: %#x", h, got)
		}
	}
}

func TestHalfEdges(t *testing.T) {
	inf := float32(math.Inf(1))
	for x, want := range map[float32]uint16{1: 0x3c00, -2: 0xc000, 65504: 0x7bff, 65519: 0x7bff, 65520: 0x7c00, inf: 0x7c00, -inf: 0xfc00, 1e-10: 0} {
		if got := toHalf(x); got != want {
			t.Errorf("%g: got %#x, want %#x", x, got, want)
		}
	}
	if got := float64(fromHalf(toHalf(float32(math.NaN())))); !math.IsNaN(got) {
		t.Errorf("NaN became %g", got)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10000 {
		x := float32(rng.NormFloat64())
		if back := fromHalf(toHalf(x)); math.Abs(float64(back-x)) > math.Abs(float64(x))/2048+1e-7 {
			t.Fatalf("%g became %g", x, back)
		}
	}
}
