package e2e

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// undefinedModel writes a copy of the demo model whose weights of 32 bits are not numbers.
func undefinedModel(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "testdata/model/vf-demo.en.bin"))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	number := func() int {
		at += 4
		return int(binary.LittleEndian.Uint32(data[at-4:]))
	}
	skip := func(n int) { at += n }
	skip(4 * 12) // the header
	filters, bins := number(), number()
	skip(4 * filters * bins)
	for range number() {
		skip(number()) // a word
	}
	for at < len(data) { // tensors
		dimensions, name, kind := number(), number(), number()
		size := 1
		for range dimensions {
			size *= number()
		}
		skip(name)
		if kind == 0 {
			copy(data[at:at+4*size], bytes.Repeat([]byte{0, 0, 0xc0, 0x7f}, size))
			skip(4 * size)
		} else {
			skip(2 * size)
		}
	}
	path := filepath.Join(t.TempDir(), "undefined.bin")
	write(t, path, string(data))
	return path
}

// TestUndefinedModel: a model that computes no numbers ends a run with exit code 10, all
// further attempts included, within a minute.
func TestUndefinedModel(t *testing.T) {
	t.Parallel()
	model := undefinedModel(t)
	began := time.Now()
	out, log, code := runPlain(t, "", nil, "vf-transcribe", "-f", "txt", "-m", model, recording("sentence-06"))
	if code != 10 || out != "" || !strings.Contains(log, "not numbers") || time.Since(began) > time.Minute {
		t.Errorf("exit code %d after %v, %q\n%s", code, time.Since(began), out, log)
	}
}
