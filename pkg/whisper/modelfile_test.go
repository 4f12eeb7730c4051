package whisper

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestModelFileChecked(t *testing.T) {
	good, err := os.ReadFile("../../testdata/model/vf-demo.en.bin")
	if err != nil {
		t.Fatal(err)
	}
	header := func(field int, value uint32) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[4*field:], value)
		return b
	}
	for name, tt := range map[string]struct {
		content []byte
		ok      bool
	}{
		"good":                 {good, true},
		"empty":                {nil, false},
		"text":                 {[]byte("not a model, just words"), false},
		"magic alone":          {good[:4], false},
		"half a header":        {good[:30], false},
		"half a vocabulary":    {good[:1<<16], false},
		"half of the tensors":  {good[:len(good)-9_000_000], false},
		"last byte missing":    {good[:len(good)-1], false},
		"a byte too many":      {append(bytes.Clone(good), 0), false},
		"enormous vocabulary":  {header(1, 0xffffffff), false},
		"no audio layers":      {header(5, 0), false},
		"enormous audio state": {header(3, 1<<30), false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "model.bin")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			err := checkModelFile(path)
			if tt.ok && err != nil {
				t.Error(err)
			}
			if !tt.ok && !errors.Is(err, ErrNotModel) {
				t.Errorf("got %v", err)
			}
		})
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none.bin")} {
		if err := checkModelFile(path); !errors.Is(err, ErrNotModel) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func FuzzModelFile(f *testing.F) {
	good, err := os.ReadFile("../../testdata/model/vf-demo.en.bin")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[:200])
	f.Add(good[:48])
	f.Add([]byte("lmgg"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Must neither panic nor hang.
		_ = checkModel(bytes.NewReader(data), int64(len(data)))
	})
}
