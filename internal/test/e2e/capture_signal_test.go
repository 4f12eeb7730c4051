package e2e

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

const (
	second = 16000      // samples
	window = second / 8 // samples that find compares
)

// speech joins recordings and adds low white noise, so that no two places are alike
// and no sample is zero. The seed selects the noise and the first recording.
func speech(t testing.TB, samples int, seed int) []int16 {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "testdata/recordings/sentence-*.wav"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	var signal []int16
	for i := seed; len(signal) < samples; i++ {
		data, err := os.ReadFile(files[i%len(files)])
		if err != nil {
			t.Fatal(err)
		}
		signal = append(signal, samplesOf(data[44:])...)
	}
	signal = signal[:samples]
	for i, s := range signal {
		s = s/2 + int16(random.IntN(401)-200)
		if s == 0 {
			s = 1 // zeros mark gaps
		}
		signal[i] = s
	}
	return signal
}

func samplesOf(pcm []byte) []int16 {
	samples := make([]int16, len(pcm)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(pcm[2*i:]))
	}
	return samples
}

func wavOf(samples []int16, channels int) []byte {
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	for _, v := range []any{
		[]byte("RIFF"), size + 36, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(channels),
		uint32(second), uint32(second * 2 * channels), uint16(2 * channels), uint16(16),
		[]byte("data"), size, samples,
	} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer never fails
	}
	return b.Bytes()
}

func writeWAV(t testing.TB, path string, samples []int16, channels int) {
	t.Helper()
	if err := os.WriteFile(path, wavOf(samples, channels), 0o600); err != nil {
		t.Fatal(err)
	}
}

// find returns the place in heard, within a range, where the beginning of a signal
// matches best by correlation, and how well: 1 is identical.
func find(heard, signal []int16, from, to int) (at int, alike float64) {
	signal = signal[:min(len(signal), window)]
	from, to = max(from, 0), min(to, len(heard)-len(signal))
	if from > to {
		return 0, 0
	}
	energy := float64(dot(signal, signal))
	there := dot(heard[from:from+len(signal)], heard[from:from+len(signal)])
	for i := from; i <= to; i++ {
		c := float64(dot(heard[i:i+len(signal)], signal)) / math.Sqrt(energy*float64(there)+1)
		if c > alike {
			at, alike = i, c
		}
		if i < to {
			out, in := int64(heard[i]), int64(heard[i+len(signal)])
			there += in*in - out*out
		}
	}
	return at, alike
}

func dot(a, b []int16) (sum int64) {
	for i, x := range a {
		sum += int64(x) * int64(b[i])
	}
	return sum
}

// loudest returns the start of the loudest window of a signal.
func loudest(signal []int16) (at int) {
	var most int64
	for i := 0; i+window <= len(signal); i += second / 20 {
		if power := dot(signal[i:i+window], signal[i:]); power > most {
			at, most = i, power
		}
	}
	return at
}

// place returns the first place, from a given one on, where a signal begins with
// identical samples, or -1.
func place(heard, signal []int16, from int) int {
	const sure = 50
	for i := max(from, 0); i+sure <= len(heard); i++ {
		if same(heard[i:i+sure], signal) == sure {
			return i
		}
	}
	return -1
}

// same returns how many samples at the beginning of two signals are equal.
func same(a, b []int16) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
