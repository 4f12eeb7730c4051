package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// widths runs a test with as many wide heads as small ones, with more, and with a number that
// the small heads cannot be divided among evenly.
func widths(t *testing.T, test func(t *testing.T, width int)) {
	for _, width := range []int{2 * smallWidth, 3 * smallWidth, 8 * smallWidth} {
		t.Run(fmt.Sprint(width), func(t *testing.T) { test(t, width) })
	}
}

// TestMatrices: with every feature repeated, the output of a grown matrix is the small one's
// output repeated.
func TestMatrices(t *testing.T) {
	widths(t, func(t *testing.T, width int) {
		k := width / smallWidth
		_, _, w, v := grown(t, width, 1)
		for _, name := range []string{"encoder.blocks.0.mlp.0.weight", "encoder.blocks.0.mlp.2.weight", "encoder.conv2.weight"} {
			x := noise(len(w[name][0]))
			if err := near(multiply(v[name], times(x, k)), times(multiply(w[name], x), k)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		mel := noise(len(w["encoder.conv1.weight"][0])) // the spectrum is not repeated
		if err := near(multiply(v["encoder.conv1.weight"], mel), times(multiply(w["encoder.conv1.weight"], mel), k)); err != nil {
			t.Errorf("conv1: %v", err)
		}
	})
}

// TestAttention: each wide head has the same attention weights as the small one it repeats, and
// the output of all heads is the small ones' output repeated.
func TestAttention(t *testing.T) {
	widths(t, func(t *testing.T, width int) {
		k := width / smallWidth
		_, _, w, v := grown(t, width, 1)
		x := noise(smallWidth)
		project := func(name string) (small, wide []float64) {
			name = "decoder.blocks.0.attn." + name
			small, wide = multiply(w[name+".weight"], x), multiply(v[name+".weight"], times(x, k))
			for i, bias := range w[name+".bias"] {
				small[i] += bias[0]
			}
			for i, bias := range v[name+".bias"] {
				wide[i] += bias[0]
			}
			return small, wide
		}
		q, wideQ := project("query")
		key, wideKey := project("key")
		for h := range width / 64 {
			s := h % smallHeads
			got := dot(wideQ[64*h:64*h+64], wideKey[64*h:64*h+64]) / math.Sqrt(64)
			want := dot(q[32*s:32*s+32], key[32*s:32*s+32]) / math.Sqrt(32)
			if err := near([]float64{got}, []float64{want}); err != nil {
				t.Errorf("head %d: %v", h, err)
			}
		}
		value, wideValue := project("value")
		const out = "decoder.blocks.0.attn.out.weight"
		if err := near(multiply(v[out], wideValue), times(multiply(w[out], value), k)); err != nil {
			t.Error(err)
		}
	})
}

// TestLogits: the last layer norm and the token embeddings over all copies produce the same
// logits as the small ones.
func TestLogits(t *testing.T) {
	widths(t, func(t *testing.T, width int) {
		_, _, w, v := grown(t, width, 1)
		x := noise(smallWidth)
		logits := func(w map[string][][]float64, x []float64) []float64 {
			y := slices.Clone(x)
			for i := range y {
				y[i] *= w["decoder.ln.weight"][i][0]
			}
			return multiply(w["decoder.token_embedding.weight"], y)
		}
		if err := near(logits(v, times(x, width/smallWidth)), logits(w, x)); err != nil {
			t.Error(err)
		}
	})
}

// TestLayers: added layers add nothing, and the header counts them.
func TestLayers(t *testing.T) {
	small, wide, _, v := grown(t, 3*smallWidth, 2)
	if wide.head[audioLayers] != 2 || wide.head[textLayers] != 2 || wide.head[audioState] != 3*smallWidth || wide.head[textHeads] != 3 {
		t.Errorf("header %v", wide.head)
	}
	if !bytes.Equal(small.front, wide.front) {
		t.Error("spectrum or vocabulary changed")
	}
	zeros := 0
	for name, rows := range v {
		if !strings.Contains(name, ".blocks.1.") {
			continue
		}
		zero := !slices.ContainsFunc(rows, func(row []float64) bool { return slices.ContainsFunc(row, func(x float64) bool { return x != 0 }) })
		if zero != endsBranch(name) {
			t.Errorf("%s: zero is %v", name, zero)
		}
		if zero {
			zeros++
		}
	}
	if zeros != 6 { // weight and bias of "out", and the weight of "mlp.2", on both sides
		t.Errorf("%d tensors of zeros", zeros)
	}
}

func TestRefusals(t *testing.T) {
	file := synthetic()
	for name, bad := range map[string][]byte{
		"does not start as": []byte("RIFF----WAVE"), "is truncated": file[:len(file)-3], "after 0 bytes": nil,
	} {
		if _, err := readModel(bytes.NewReader(bad)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := readModel(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []size{{"not a multiple", 100, 1, 1}, {"too few heads", 64, 1, 1}, {"fewer layers", 128, 0, 1}} {
		if _, err := grow(m, to, &bytes.Buffer{}); err == nil {
			t.Errorf("%s: no error", to.name)
		}
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	for name, args := range map[string][]string{"usage": {"one"}, "one of": {"a", "huge", "b"}} {
		out.Reset()
		if code := run(args, &out); code != 2 || !strings.Contains(out.String(), name) {
			t.Errorf("%v: code %d, %s", args, code, out.String())
		}
	}
	model := filepath.Join(dir, "model.bin")
	if err := os.WriteFile(model, synthetic(), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run([]string{model, "tiny", filepath.Join(dir, "big.bin")}, &out); code != 0 {
		t.Errorf("code %d: %s", code, out.String())
	}
	if code := run([]string{model, "tiny", filepath.Join(dir, "none", "big.bin")}, &out); code != 1 {
		t.Errorf("code %d: %s", code, out.String())
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
