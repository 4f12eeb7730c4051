package audio_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"voiceflow/pkg/audio"
)

var mono16 = audio.Format{SampleRate: 16000, Channels: 1, BitsPerSample: 16}

// noise returns random samples and the mean of each frame.
func noise(seed uint64, frames, channels int) (samples []float64, means []float64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for range frames {
		sum := 0.0
		for range channels {
			s := rng.Float64()*2 - 1
			samples = append(samples, s)
			sum += s
		}
		means = append(means, sum/float64(channels))
	}
	return samples, means
}

// step is the distance between adjacent values at the width of f.
func step(f audio.Format) float64 {
	if f.Float {
		return 1.0 / (1 << 22)
	}
	return max(math.Ldexp(1, 1-f.BitsPerSample), 1.0/(1<<22))
}

func checkMono(t *testing.T, f audio.Format, wav []byte, want []float64) {
	t.Helper()
	r, err := audio.NewWAVReader(iotest.HalfReader(bytes.NewReader(wav)))
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	if r.Format() != f {
		t.Errorf("format %+v, want %+v", r.Format(), f)
	}
	got, err := readMono(r, 33)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%+v: %d frames, want %d; %v", f, len(got), len(want), err)
	}
	for i := range got {
		if math.Abs(float64(got[i])-want[i]) > step(f) {
			t.Fatalf("%+v: frame %d is %g, want %g", f, i, got[i], want[i])
		}
	}
}

func TestWAVReaderFormats(t *testing.T) {
	for _, f := range everyFormat() {
		samples, means := noise(1, 1001, f.Channels)
		data := chunk("data", encode(f, samples))
		checkMono(t, f, riff(formatChunk(f), data), means)
		checkMono(t, f, riff(extensible(f), data), means)
		checkMono(t, f, riff(chunk("JUNK", make([]byte, 7)), chunk("bext", make([]byte, 602)),
			formatChunk(f), chunk("fact", make([]byte, 4)), chunk("LIST", []byte("INFO!")),
			data, chunk("LIST", make([]byte, 3000))), means)
	}
}

func TestWAVReaderExtremes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	float64s := audio.Format{SampleRate: 16000, Channels: 2, BitsPerSample: 64, Float: true}
	tests := []struct {
		f    audio.Format
		data []byte
		want []float32
	}{
		{mono16, []byte{0, 0x80, 0xff, 0x7f}, []float32{-1, 32767.0 / 32768}},
		{audio.Format{SampleRate: 1, Channels: 1, BitsPerSample: 8}, []byte{0, 128, 255, 64}, []float32{-1, 0, 127.0 / 128, -0.5}},
		{audio.Format{SampleRate: 1, Channels: 1, BitsPerSample: 24}, []byte{0, 0, 0x80, 0, 0, 0x40}, []float32{-1, 0.5}},
		{audio.Format{SampleRate: 1, Channels: 1, BitsPerSample: 32}, []byte{0, 0, 0, 0x80, 0, 0, 0, 0xc0}, []float32{-1, -0.5}},
		{float64s, encode(float64s, []float64{nan, 0.5, inf, 1, -inf, nan, 1e308, 1e308, 2, 1, -1e308, -1e308}), []float32{0.25, 0.5, 0, 1, 1, -1}},
	}
	for _, test := range tests {
		r, err := audio.NewWAVReader(bytes.NewReader(riff(formatChunk(test.f), chunk("data", test.data))))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readMono(r, 10); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, %v, want %v", test.f, got, err, test.want)
		}
	}
}

// TestWAVReaderSizes has headers that declare a different size than the data has.
func TestWAVReaderSizes(t *testing.T) {
	stereo := audio.Format{SampleRate: 16000, Channels: 2, BitsPerSample: 16}
	tests := []struct {
		name    string
		mark    string
		size    uint32
		present int
		frames  int
		err     error
	}{
		{"as promised", "RIFF", 400, 400, 100, nil},
		{"nothing", "RIFF", 0, 0, 0, nil},
		{"more than promised", "RIFF", 400, 800, 100, nil},
		{"unknown, zero", "RIFF", 0, 400, 100, nil},
		{"unknown, ffmpeg", "RIFF", 0xFFFFFFFF, 400, 100, nil},
		{"unknown, SoX", "RIFF", 0x7FFFF000, 400, 100, nil},
		{"unknown, arecord", "RIFF", 0x80000000, 401, 100, nil},
		{"RF64", "RF64", 0xFFFFFFFF, 400, 100, nil},
		{"size within a frame", "RIFF", 402, 402, 100, nil},
		{"less than a frame missing", "RIFF", 404, 401, 100, nil},
		{"a frame missing", "RIFF", 404, 400, 100, audio.ErrTruncated},
		{"half missing", "RIFF", 800, 403, 100, audio.ErrTruncated},
		{"all missing", "RIFF", 800, 0, 0, audio.ErrTruncated},
		{"very much missing", "RIFF", 0x7FFF0000, 400, 100, audio.ErrTruncated},
	}
	for _, test := range tests {
		wav := append(riff(formatChunk(stereo)), "data"...)
		wav = le.AppendUint32(wav, test.size)
		wav = append(wav, make([]byte, test.present)...)
		copy(wav, test.mark)
		r, err := audio.NewWAVReader(bytes.NewReader(wav))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got, err := readMono(r, 64)
		if len(got) != test.frames || !errors.Is(err, test.err) {
			t.Errorf("%s: %d frames, %v, want %d, %v", test.name, len(got), err, test.frames, test.err)
		}
	}
}

func TestWAVReaderRefuses(t *testing.T) {
	good := riff(formatChunk(mono16), chunk("data", make([]byte, 8)))
	data := chunk("data", make([]byte, 64))
	foreign := extensible(mono16)
	foreign[len(foreign)-1]++
	tests := []struct {
		name string
		wav  []byte
		err  error
		text string
	}{
		{"nothing", nil, audio.ErrEmpty, "empty"},
		{"mp3", []byte("ID3\x04 and more"), audio.ErrNotWAV, `"ID3\x04"`},
		{"four foreign bytes", []byte("OggS"), audio.ErrNotWAV, "OggS"},
		{"three bytes", []byte("RIF"), audio.ErrTruncated, "header"},
		{"AVI", []byte("RIFF\x00\x00\x00\x00AVI LIST"), audio.ErrNotWAV, "AVI"},
		{"big-endian", []byte("RIFX\x00\x00\x00\x00WAVE"), audio.ErrUnsupported, "RIFX"},
		{"no format", riff(data), audio.ErrNotWAV, "format"},
		{"short format", riff(chunk("fmt ", make([]byte, 14)), data), audio.ErrNotWAV, "14"},
		{"no data", riff(formatChunk(mono16)), audio.ErrTruncated, "header"},
		{"endless skip", append(riff(), "LIST\xff\xff\xff\xff...."...), audio.ErrTruncated, "header"},
		{"endless format", append(riff(), "fmt \xff\xff\xff\xff...."...), audio.ErrTruncated, "header"},
		{"ADPCM", riff(rawFormat(2, 1, 8000, 256, 4), data), audio.ErrUnsupported, "ADPCM"},
		{"IMA ADPCM", riff(rawFormat(0x11, 1, 8000, 256, 4), data), audio.ErrUnsupported, "ADPCM"},
		{"A-law", riff(rawFormat(6, 1, 8000, 1, 8), data), audio.ErrUnsupported, "A-law"},
		{"mu-law", riff(rawFormat(7, 1, 8000, 1, 8), data), audio.ErrUnsupported, "mu-law"},
		{"GSM", riff(rawFormat(0x31, 1, 8000, 65, 0), data), audio.ErrUnsupported, "GSM"},
		{"MPEG", riff(rawFormat(0x50, 1, 8000, 1, 0), data), audio.ErrUnsupported, "MPEG"},
		{"mp3 in WAV", riff(rawFormat(0x55, 1, 44100, 1, 0), data), audio.ErrUnsupported, "mp3"},
		{"AAC", riff(rawFormat(0xFF, 1, 44100, 1, 0), data), audio.ErrUnsupported, "AAC"},
		{"WMA", riff(rawFormat(0x161, 1, 44100, 1, 0), data), audio.ErrUnsupported, "Windows"},
		{"other", riff(rawFormat(0x1234, 1, 44100, 1, 0), data), audio.ErrUnsupported, "0x1234"},
		{"foreign GUID", riff(foreign, data), audio.ErrUnsupported, "ffmpeg"},
		{"short extensible", riff(rawFormat(0xFFFE, 1, 16000, 2, 16), data), audio.ErrUnsupported, "extensible"},
		{"no channels", riff(rawFormat(1, 0, 16000, 0, 16), data), audio.ErrUnsupported, "0 channels"},
		{"65 channels", riff(rawFormat(1, 65, 16000, 130, 16), data), audio.ErrUnsupported, "65"},
		{"rate 0", riff(rawFormat(1, 1, 0, 2, 16), data), audio.ErrUnsupported, "0 Hz"},
		{"rate 768001", riff(rawFormat(1, 1, 768001, 2, 16), data), audio.ErrUnsupported, "768001"},
		{"12 bits", riff(rawFormat(1, 1, 16000, 2, 12), data), audio.ErrUnsupported, "12-bit"},
		{"float16", riff(rawFormat(3, 1, 16000, 2, 16), data), audio.ErrUnsupported, "16-bit"},
		{"odd frames", riff(rawFormat(1, 2, 16000, 2, 16), data), audio.ErrUnsupported, "2 bytes"},
	}
	for _, test := range tests {
		_, err := audio.NewWAVReader(bytes.NewReader(test.wav))
		if !errors.Is(err, test.err) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v, want %v with %q", test.name, err, test.err, test.text)
		}
	}
	for cut := 1; cut < 44; cut++ {
		if _, err := audio.NewWAVReader(bytes.NewReader(good[:cut])); !errors.Is(err, audio.ErrTruncated) {
			t.Errorf("header cut at %d: %v", cut, err)
		}
	}
}

// zeros is an endless stream of zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestWAVReaderEndlessHeader(t *testing.T) {
	_, err := audio.NewWAVReader(io.MultiReader(strings.NewReader("RIFF\x00\x00\x00\x00WAVE"), zeros{}))
	if !errors.Is(err, audio.ErrNotWAV) {
		t.Error(err)
	}
}

func TestWAVReaderPassesErrors(t *testing.T) {
	broken := errors.New("broken")
	wav := riff(formatChunk(mono16), chunk("data", make([]byte, 8)))
	for _, present := range []int{0, 5, 20, 40, 47} {
		r, err := audio.NewWAVReader(io.MultiReader(bytes.NewReader(wav[:present]), iotest.ErrReader(broken)))
		if err == nil {
			_, err = readMono(r, 4)
		}
		if err != broken {
			t.Errorf("failure after %d bytes: %v", present, err)
		}
	}
}
