package quantise

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/x448/float16"
)

// wantQ8 is the SHA-256 of floatModel as q8_0 by whisper.cpp's whisper-quantize (1.9.5).
const wantQ8 = "9d055953c1a4325d0727308ece0d727a25d46c9badf66a1ac8e796a16287cc54"

// floatModel is a file in the format of a model, with one tensor of each type.
func floatModel() []byte {
	var b []byte
	number := func(numbers ...uint32) {
		for _, n := range numbers {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
	}
	number(magic, 2, 1500, 32, 1, 1, 448, 32, 1, 1, 2, modelF16)
	number(2, 3) // mel bands and bins
	for i := range 6 {
		number(math.Float32bits(float32(i) / 7))
	}
	number(2, 1)
	b = append(b, 'a')
	number(3)
	b = append(b, " be"...)
	random := rand.New(rand.NewPCG(1, 2))
	tensor := func(name string, kind uint32, shape ...uint32) {
		number(uint32(len(shape)), uint32(len(name)), kind)
		number(shape...)
		b = append(b, name...)
		n := uint32(1)
		for _, s := range shape {
			n *= s
		}
		for i := range n {
			x := float32(random.NormFloat64())
			if i%64 < 32 && name == "zeros" {
				x = 0
			}
			if kind == typeF16 {
				b = binary.LittleEndian.AppendUint16(b, float16.Fromfloat32(x).Bits())
			} else {
				number(math.Float32bits(x))
			}
		}
	}
	tensor("encoder.positional_embedding", typeF32, 32, 4)
	tensor("encoder.conv1.weight", typeF16, 3, 2, 4)
	tensor("encoder.conv1.bias", typeF32, 1, 4)
	tensor("encoder.blocks.0.attn.query.weight", typeF16, 64, 50)
	tensor("encoder.blocks.0.attn.query.bias", typeF32, 64)
	tensor("decoder.token_embedding.weight", typeF32, 32, 30)
	tensor("zeros", typeF16, 64, 2)
	return b
}

func TestSameAsWhisperQuantize(t *testing.T) {
	hash := sha256.New()
	if err := Q8(hash, bytes.NewReader(floatModel())); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != wantQ8 {
		t.Errorf("got SHA-256 %s, want %s", got, wantQ8)
	}
}

func TestFloat(t *testing.T) {
	model := floatModel()
	var q8 bytes.Buffer
	if err := Q8(&q8, bytes.NewReader(model)); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		data []byte
		want bool
	}{
		"float16": {model, true}, "q8_0": {q8.Bytes(), false}, "another file": {[]byte(strings.Repeat("x", 100)), false},
	} {
		if got, err := Float(bytes.NewReader(tt.data)); err != nil || got != tt.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
	if _, err := Float(strings.NewReader("short")); !errors.Is(err, ErrForm) {
		t.Errorf("five bytes: %v", err)
	}
	if err := Q8(&bytes.Buffer{}, &q8); !errors.Is(err, ErrForm) {
		t.Errorf("quantised twice: %v", err)
	}
}

// TestBroken: a malformed file causes an error, never a panic.
func TestBroken(t *testing.T) {
	model := floatModel()
	for _, n := range []int{0, 3, 47, 60, 300, 2000, len(model) - 1} {
		if err := Q8(&bytes.Buffer{}, bytes.NewReader(model[:n])); !errors.Is(err, ErrForm) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
	for at := 0; at < 56; at += 4 {
		broken := bytes.Clone(model)
		binary.LittleEndian.PutUint32(broken[at:], 0xfffffff0)
		err := Q8(&bytes.Buffer{}, bytes.NewReader(broken))
		if describes := at >= 4 && at < 44; err == nil && !describes { // dimensions that do not matter here
			t.Errorf("a huge number at %d: no error", at)
		}
	}
}

// TestNotFinite: a copy of a model with weights that are not numbers, or become infinite, would hide
// which file is damaged.
func TestNotFinite(t *testing.T) {
	model := floatModel()
	for name, pattern := range map[string][]byte{
		"NaN": {0, 0x7e, 0xc0, 0x7f}, "infinity": {0, 0x7c, 0x80, 0x7f}, // as f16 and as f32
	} {
		for what, at := range map[string]int{"a plain tensor": bytes.Index(model, []byte("encoder.conv1.bias")) + 18,
			"the last tensor": len(model) - 4} {
			broken := bytes.Clone(model)
			copy(broken[at:], []byte{0, 0, pattern[2], pattern[3]})
			if err := Q8(&bytes.Buffer{}, bytes.NewReader(broken)); !errors.Is(err, ErrForm) {
				t.Errorf("%s in %s: %v", name, what, err)
			}
		}
	}
}

// TestOverflow: dimensions whose product overflows, or that take time without taking bytes.
func TestOverflow(t *testing.T) {
	numbers := func(numbers ...uint32) (b []byte) {
		for _, n := range numbers {
			b = binary.LittleEndian.AppendUint32(b, n)
		}
		return b
	}
	head := numbers(magic, 2, 1500, 32, 1, 1, 448, 32, 1, 1, 2, modelF16)
	front := append(bytes.Clone(head), numbers(0, 0, 0)...) // no filters, no words
	for name, data := range map[string][]byte{
		"bank of 2^62 bytes":   append(bytes.Clone(head), numbers(1<<30, 1<<30, 0)...),
		"bank of 2^64 bytes":   append(bytes.Clone(head), numbers(1<<31, 1<<31, 0)...),
		"tensor of 2^96 bytes": append(bytes.Clone(front), numbers(4, 0, typeF32, 1<<24, 1<<24, 1<<24, 1<<22)...),
		"tensor of 2^64 bytes": append(bytes.Clone(front), numbers(4, 0, typeF32, 1<<24, 1<<24, 1<<14, 1)...),
		"rows without weights": append(bytes.Clone(front), numbers(2, 0, typeF32, 0, 1<<24)...),
		"no rows":              append(bytes.Clone(front), numbers(2, 0, typeF32, 32, 0)...),
	} {
		if err := Q8(&bytes.Buffer{}, bytes.NewReader(data)); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzQ8(f *testing.F) {
	f.Add(floatModel())
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		if err := Q8(&out, bytes.NewReader(data)); err != nil {
			return
		}
		if float, err := Float(&out); err != nil || float {
			t.Errorf("the output is float: %t, %v", float, err)
		}
	})
}
