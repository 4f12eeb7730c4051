package input_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// wav builds a 16-bit mono WAV stream.
func wav(rate, promised int, samples []int16) []byte {
	le := binary.LittleEndian
	b := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(2*rate))
	b = append(b, "\x02\x00\x10\x00data"...)
	b = le.AppendUint32(b, uint32(promised))
	return audio.EncodePCM(b, samples)
}

func sine(hz, rate float64, n int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(math.Round(10000 * math.Sin(2*math.Pi*hz*float64(i)/rate)))
	}
	return out
}

func readAll(t *testing.T, r io.Reader) ([]int16, audio.Format, error) {
	t.Helper()
	in, err := input.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := input.ReadAll(in)
	if err := errors.Join(in.Close(), in.Close()); err != nil {
		t.Error(err)
	}
	return samples, in.Format(), err
}

func TestSameRateIsUntouched(t *testing.T) {
	want := sine(440, 16000, 20000)
	mono16 := audio.Format{SampleRate: 16000, Channels: 1, BitsPerSample: 16}
	for _, b := range [][]byte{audio.EncodePCM(nil, want), wav(16000, 40000, want), wav(16000, -1, want)} {
		for _, r := range []io.Reader{bytes.NewReader(b), iotest.OneByteReader(bytes.NewReader(b)), bufio.NewReaderSize(bytes.NewReader(b), 16)} {
			got, format, err := readAll(t, r)
			if err != nil || !slices.Equal(got, want) || format != mono16 {
				t.Errorf("%q...: %d samples, want %d, in %+v, %v", b[:4], len(got), len(want), format, err)
			}
		}
	}
}

func TestOtherRatesAreResampled(t *testing.T) {
	for _, rate := range []int{1000, 8000, 11025, 22050, 44100, 48000, 96000, 192000, 768000} {
		got, format, err := readAll(t, bytes.NewReader(wav(rate, 2*rate, sine(300, float64(rate), rate))))
		if err != nil || len(got) != 16000 || format.SampleRate != rate {
			t.Fatalf("%d Hz: %d samples in %+v, %v", rate, len(got), format, err)
		}
		for i, want := range sine(300, 16000, 16000) {
			if d := int(got[i]) - int(want); i > 2000 && i < 14000 && (d < -4 || d > 4) {
				t.Fatalf("%d Hz: sample %d is %d, want %d", rate, i, got[i], want)
			}
		}
	}
}

func TestTruncated(t *testing.T) {
	tests := []struct {
		name string
		b    []byte
		n    int
	}{
		{"PCM", make([]byte, 2001), 1000},
		{"WAV", wav(16000, 4000, make([]int16, 1000)), 1000},
		{"48 kHz WAV", wav(48000, 12000, make([]int16, 3000)), 1000},
	}
	for _, test := range tests {
		got, _, err := readAll(t, bytes.NewReader(test.b))
		if len(got) != test.n || !errors.Is(err, audio.ErrTruncated) {
			t.Errorf("%s: %d samples, %v", test.name, len(got), err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		r    io.Reader
		err  error
	}{
		{"nothing", strings.NewReader(""), audio.ErrEmpty},
		{"failure", iotest.ErrReader(broken), broken},
		{"big-endian WAV", strings.NewReader("RIFX\x00\x00\x00\x00WAVE"), audio.ErrUnsupported},
		{"AVI", strings.NewReader("RIFF\x00\x00\x00\x00AVI "), audio.ErrNotWAV},
		{"header", strings.NewReader("RIFF"), audio.ErrTruncated},
		{"999 Hz", bytes.NewReader(wav(999, 2, []int16{1})), audio.ErrUnsupported},
		{"text", strings.NewReader("hello world\n"), input.ErrText},
		{"JSON", strings.NewReader(`{"type":"utterance","id":0}` + "\n"), input.ErrText},
		{"long text", strings.NewReader(strings.Repeat("words of many\r\n", 1000)), input.ErrText},
		{"German", strings.NewReader("Grüße an alle, äöüß"), input.ErrText},
		{"Japanese, cut off", strings.NewReader(strings.Repeat("音声認識", 300)), input.ErrText},
		{"byte order mark", strings.NewReader("\uFEFFtranscript"), input.ErrText},
	}
	for _, test := range tests {
		if in, err := input.Open(test.r); !errors.Is(err, test.err) || in != nil {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
		}
	}
}

func TestPCMIsNoText(t *testing.T) {
	loud := sine(50, 16000, 256)
	for i := range loud {
		loud[i] *= 3 // 30000 at most
	}
	constant := slices.Repeat([]int16{1000}, 256)
	for name, samples := range map[string][]int16{
		"silence": make([]int16, 256), "one sample": {0x4141}, "three samples": {0x4141, 0x4141, 0x4141},
		"sine": loud, "constant": constant, "negative": slices.Repeat([]int16{-1}, 256),
	} {
		got, _, err := readAll(t, bytes.NewReader(audio.EncodePCM(nil, samples)))
		if err != nil || !slices.Equal(got, samples) {
			t.Errorf("%s: %d samples, want %d, %v", name, len(got), len(samples), err)
		}
	}
}

// TestLivePipe reads from a pipe that contains a few bytes and stays open.
func TestLivePipe(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	go w.Write(audio.EncodePCM(nil, []int16{1, 2, 3, 4}))
	in, err := input.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	buf := make([]int16, 100)
	if n, err := in.Read(buf); err != nil || !slices.Equal(buf[:n], []int16{1, 2, 3, 4}) {
		t.Errorf("%v, %v", buf[:n], err)
	}
	if n, err := in.Read(nil); n != 0 || err != nil {
		t.Errorf("an empty Read returned %d, %v", n, err)
	}
}

// TestBufioIsReused checks that Open uses a given bufio.Reader as it is.
func TestBufioIsReused(t *testing.T) {
	br := bufio.NewReaderSize(bytes.NewReader(make([]byte, 100)), 64)
	if _, err := input.Open(br); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(br); err != nil || len(rest) != 100 {
		t.Errorf("%d bytes are left, %v", len(rest), err)
	}
}

func TestOpenFile(t *testing.T) {
	t.Setenv("PATH", "") // no ffmpeg
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	in, err := input.OpenFile(write("good.wav", wav(16000, 4, []int16{1, 2})))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := input.ReadAll(in); err != nil || !slices.Equal(got, []int16{1, 2}) {
		t.Errorf("%v, %v", got, err)
	}
	if err := errors.Join(in.Close(), in.Close()); err != nil {
		t.Error(err)
	}
	tests := []struct {
		path string
		err  error
		says string
	}{
		{filepath.Join(dir, "none.wav"), os.ErrNotExist, ""},
		{dir, nil, "is a folder"},
		{write("empty.wav", nil), audio.ErrEmpty, ""},
		{write("raw.pcm", make([]byte, 100)), input.ErrNoFFmpeg, "install ffmpeg"},
		{write("cut.wav", []byte("RIFF....WAVEfm")), audio.ErrTruncated, ""},
	}
	for _, test := range tests {
		in, err := input.OpenFile(test.path)
		if in != nil || err == nil {
			t.Fatalf("%s was accepted", test.path)
		}
		if test.err != nil && !errors.Is(err, test.err) || !strings.Contains(err.Error(), test.path) ||
			!strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", test.path, err)
		}
	}
}

// TestOpenCompressed checks that without ffmpeg, the error for other formats on a
// stream names the format.
func TestOpenCompressed(t *testing.T) {
	t.Setenv("PATH", "")
	for _, head := range []string{"fLaC\x00\x00\x00\x22", "OggS\x00\x02\x00\x00", "ID3\x04\x00\x00\x00\x00", "\x00\x00\x00\x20ftypM4A ", "\x1aE\xdf\xa3\x01\x00\x00\x00"} {
		if _, err := input.Open(strings.NewReader(head + strings.Repeat("\x00\xff", 500))); !errors.Is(err, input.ErrNoFFmpeg) {
			t.Errorf("%q: %v", head[:4], err)
		}
	}
}

// FuzzOpen reads arbitrary bytes and expects no panic and at most 16 samples per
// byte.
func FuzzOpen(f *testing.F) {
	f.Setenv("PATH", "") // no ffmpeg
	f.Add([]byte("some text"))
	f.Add(make([]byte, 99))
	for _, rate := range []int{1000, 16000, 44100} {
		f.Add(wav(rate, -1, sine(440, float64(rate), 300)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := input.Open(bytes.NewReader(b))
		if err != nil {
			return
		}
		defer in.Close()
		if got, _ := input.ReadAll(in); len(got) > 16*len(b) {
			t.Errorf("%d samples from %d bytes", len(got), len(b))
		}
	})
}
