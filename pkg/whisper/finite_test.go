package whisper

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// TestWeightsAreNumbers checks that one weight of any tensor that is not a finite number
// makes a model unusable: whisper.cpp sorts what it computes with it.
func TestWeightsAreNumbers(t *testing.T) {
	lib, err := Load(Options{Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: DeviceCPU, BLAS: BLASOff}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	demo := demoModel(t)
	for name, at := range map[string]int{
		"encoder.conv1.weight": 0, "decoder.ln.bias": -4, "decoder.token_embedding.weight": 34 * 1000,
		"encoder.positional_embedding": 400, "decoder.blocks.0.mlp.2.weight": -34,
	} {
		for _, bits := range []uint16{0x7e00, 0x7c00, 0xfc00, 0xffff} {
			m := demo.clone()
			x := tensorNamed(m, name)
			weights := append([]byte(nil), x.weights...)
			place := (at + len(weights)) % len(weights)
			if x.kind == 0 {
				binary.LittleEndian.PutUint32(weights[place:], uint32(bits&0x8000)<<16|0x7f800000|uint32(bits&0x3ff)<<13)
			} else { // the scale of a block in q8_0
				binary.LittleEndian.PutUint16(weights[place:], bits)
			}
			x.weights = weights
			path := filepath.Join(t.TempDir(), "model.bin")
			if err := os.WriteFile(path, m.file(), 0o600); err != nil {
				t.Fatal(err)
			}
			model, err := lib.Open(path, DeviceCPU)
			if model != nil {
				model.Close()
			}
			if !errors.Is(err, ErrNotModel) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "finite") {
				t.Errorf("%s, %#x: %v", name, bits, err)
			}
		}
	}
}
