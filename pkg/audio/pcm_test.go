package audio_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"testing"
	"testing/iotest"

	"voiceflow/pkg/audio"
)

// everyInt16 returns every possible sample.
func everyInt16() []int16 {
	all := make([]int16, 0, 1<<16)
	for s := math.MinInt16; s <= math.MaxInt16; s++ {
		all = append(all, int16(s))
	}
	return all
}

func readPCM(r *audio.PCMReader, portion int) (all []int16, err error) {
	buf := make([]int16, portion)
	for {
		n, err := r.Read(buf)
		all = append(all, buf[:n]...)
		if err != nil {
			return all, err
		}
	}
}

func TestPCMStream(t *testing.T) {
	all := everyInt16()
	var stream bytes.Buffer
	if err := audio.WritePCM(&stream, all); err != nil {
		t.Fatal(err)
	}
	readers := map[string]func(io.Reader) io.Reader{
		"whole":         func(r io.Reader) io.Reader { return r },
		"byte by byte":  iotest.OneByteReader,
		"half by half":  iotest.HalfReader,
		"end with data": iotest.DataErrReader,
	}
	for name, wrap := range readers {
		for _, portion := range []int{1, 7, 100000} {
			got, err := readPCM(audio.NewPCMReader(wrap(bytes.NewReader(stream.Bytes()))), portion)
			if err != io.EOF || !slices.Equal(got, all) {
				t.Errorf("%s, %d at a time: %d samples of %d, %v", name, portion, len(got), len(all), err)
			}
		}
	}
}

func TestPCMReaderEnds(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		r    io.Reader
		n    int
		err  error
	}{
		{"empty", bytes.NewReader(nil), 0, io.EOF},
		{"one byte", bytes.NewReader([]byte{1}), 0, audio.ErrTruncated},
		{"odd byte", bytes.NewReader(make([]byte, 7)), 3, audio.ErrTruncated},
		{"failure", io.MultiReader(bytes.NewReader(make([]byte, 5)), iotest.ErrReader(broken)), 2, broken},
	}
	for _, test := range tests {
		r := audio.NewPCMReader(test.r)
		if n, err := r.Read(nil); n != 0 || err != nil {
			t.Errorf("%s: an empty Read returned %d, %v", test.name, n, err)
		}
		got, err := readPCM(r, 100)
		if len(got) != test.n || !errors.Is(err, test.err) {
			t.Errorf("%s: %d samples, %v, want %d, %v", test.name, len(got), err, test.n, test.err)
		}
		if _, second := r.Read(make([]int16, 1)); second.Error() != err.Error() {
			t.Errorf("%s: the error changed from %v to %v", test.name, err, second)
		}
	}
}

func TestWritePCMFails(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if err := audio.WritePCM(w, []int16{1}); err != io.ErrClosedPipe {
		t.Errorf("writing to a closed pipe: %v", err)
	}
	if err := audio.WritePCM(w, nil); err != nil {
		t.Errorf("writing no samples: %v", err)
	}
}

func TestDecodePCMAppends(t *testing.T) {
	got := audio.DecodePCM([]int16{7}, []byte{0, 0x80, 9})
	if !slices.Equal(got, []int16{7, math.MinInt16}) {
		t.Error(got)
	}
}

func TestInt16UndoesFloat32(t *testing.T) {
	all := everyInt16()
	floats := audio.Float32(nil, all)
	if floats[0] != -1 || floats[1<<16-1] >= 1 {
		t.Errorf("the range is %g to %g", floats[0], floats[1<<16-1])
	}
	if !slices.Equal(audio.Int16(nil, floats), all) {
		t.Error("samples changed")
	}
}

func TestInt16Extremes(t *testing.T) {
	inf, step := float32(math.Inf(1)), float32(1)/32768
	tests := []struct {
		in   float32
		want int16
	}{
		{0, 0}, {float32(math.NaN()), 0}, {1, 32767}, {-1, -32768}, {1.5, 32767}, {-1.5, -32768},
		{inf, 32767}, {-inf, -32768}, {0.4 * step, 0}, {0.6 * step, 1}, {-0.6 * step, -1},
		{math.MaxFloat32, 32767}, {-math.MaxFloat32, -32768},
	}
	for _, test := range tests {
		if got := audio.Int16(nil, []float32{test.in}); got[0] != test.want {
			t.Errorf("%g became %d, want %d", test.in, got[0], test.want)
		}
	}
}
