package vad

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"testing"
)

func TestWeightsAreAllRead(t *testing.T) {
	r := reader{weights}
	r.product(inputHops*bands, width)
	for _, dilation := range dilations {
		r.convolution(dilation)
	}
	r.product(width, 1)
	if len(r.rest) != 0 {
		t.Errorf("%d bytes of weights are left over", len(r.rest))
	}
}

// TestNetworkAsTrained compares the probabilities with those of PyTorch, which was
// used for training.
func TestNetworkAsTrained(t *testing.T) {
	file, err := os.Open("testdata/sentence-01.probabilities")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got := answers(t, NewDetector(), recording(t, "../../testdata/recordings/sentence-01.wav"), 1000)
	hop := 0
	for lines := bufio.NewScanner(file); lines.Scan(); hop++ {
		want, err := strconv.ParseFloat(lines.Text(), 64)
		if err != nil {
			t.Fatal(err)
		}
		if p := float64(got[hop*framesPerHop]); math.Abs(p-want) > 0.01 {
			t.Errorf("hop %d: %.3f, want %.3f as in PyTorch", hop, p, want)
		}
	}
	if hop < 50 {
		t.Errorf("only %d hops to compare", hop)
	}
}

func BenchmarkSpectrum(b *testing.B) {
	s, window := newSpectrum(), make([]int16, windowSize)
	var spectrum [bands]float32
	for b.Loop() {
		s.hear(window, &spectrum)
	}
}

func BenchmarkNetwork(b *testing.B) {
	n, s := newNetwork(), newSpectrum()
	window := make([]int16, windowSize)
	for i := range window {
		window[i] = int16(i * 77)
	}
	var spectrum [bands]float32
	for b.Loop() {
		s.hear(window, &spectrum)
		n.hear(&spectrum)
	}
}
