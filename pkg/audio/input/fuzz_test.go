package input

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"voiceflow/pkg/audio"
)

// hostileHeaders are beginnings of files whose sizes and counts are wrong.
func hostileHeaders() []string {
	le := func(values ...uint32) (s string) {
		for _, v := range values {
			s += string(binary.LittleEndian.AppendUint32(nil, v))
		}
		return s
	}
	format := func(tag, channels, rate, align, bits uint32) string {
		return "fmt " + le(16, tag|channels<<16, rate, rate*align, align|bits<<16)
	}
	usual := format(1, 1, 16000, 2, 16)
	all := []string{
		"RIFF" + le(1<<32-1) + "WAVE" + usual + "data" + le(1<<32-1),
		"RIFF" + le(0) + "WAVE" + usual + "LIST" + le(1<<32-1) + "data" + le(4),
		"RIFF" + le(0) + "WAVE" + usual + strings.Repeat("junk"+le(0), 10_000) + "data" + le(4),
		"RIFF" + le(0) + "WAVE" + strings.Repeat(usual, 999) + "data" + le(4),
		"RF64" + le(1<<32-1) + "WAVEds64" + le(28, 1<<32-1, 1<<32-1, 1<<32-1, 1<<32-1, 1<<32-1, 1<<32-1, 1<<32-1) + usual + "data" + le(1<<32-1),
		"RIFX" + le(36) + "WAVE" + usual + "data" + le(4), "RIFF" + le(36) + "WAVEdata" + le(4) + usual,
		"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00" + le(1<<32-1, 1<<32-1),
		"FORM\xff\xff\xff\xffAIFFCOMM\x00\x00\x00\x12\xff\xff\xff\xff\xff\xff\x00\x00\x40\x0b", "FORM\x00\x00\x00\x00AIFC",
		"caff\x00\x01\x00\x00desc\xff\xff\xff\xff\xff\xff\xff\xff", ".snd\xff\xff\xff\xff\xff\xff\xff\xff",
		"ID3\x04\x00\x10\x7f\x7f\x7f\x7f", "ID3\x03\x00\x00\xff\xff\xff\xff", "\x00\x00\x00\x01ftyp\x00\x00\x00\x00moov",
		"\xff\xff\xff\xffmdat", "\x80\x00\xff\xff(c)CRI", strings.Repeat("\x47"+strings.Repeat("\xff", 187), 9),
		"\xff\xfb\x90\x00" + strings.Repeat("\x00", 413) + "\xff\xfb\x90\x00", "\xff\xf1\x50\x80\x01\x00\x00", "\x56\xe0\x00", "\x0b\x77",
	}
	for _, wrong := range [][5]uint32{
		{1, 65535, 16000, 2, 16}, {1, 0, 16000, 2, 16}, {1, 1, 16000, 2, 0}, {1, 1, 16000, 0, 16}, {1, 1, 16000, 3, 16},
		{1, 1, 1, 2, 16}, {1, 1, 1<<32 - 1, 2, 16}, {3, 64, 768000, 512, 64}, {0xfffe, 1, 16000, 2, 16}, {1, 2, 44100, 4, 16},
	} {
		all = append(all, "RIFF"+le(0)+"WAVE"+format(wrong[0], wrong[1], wrong[2], wrong[3], wrong[4])+"data"+le(1<<32-1))
	}
	return all
}

// FuzzParsers passes arbitrary bytes to everything that reads the headers of files
// here, and expects no panic, and at most 16 samples per byte: from 1 kHz to 16 kHz.
func FuzzParsers(f *testing.F) {
	for _, header := range hostileHeaders() {
		f.Add([]byte(header + strings.Repeat("\x12\x34\x56\x78", 100)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		head := b[:min(len(b), BufferSize)]
		needsSeeking(formatName(head), head)
		isText(head)
		isPCM(head)
		undetectable(bytes.NewReader(b), "a.mp3")
		for _, channel := range []int{0, 1} {
			r, err := Options{Channel: channel, Center: true}.openWAV(bytes.NewReader(b))
			if err != nil {
				continue
			}
			count, buf := 0, make([]int16, 4096)
			for err == nil {
				var n int
				n, err = r.Read(buf)
				count += n
			}
			r.Close()
			if count > 16*len(b) {
				t.Errorf("%d samples from %d bytes", count, len(b))
			}
		}
	})
}

// endless is a stream of zeros after a header.
type endless struct {
	head *strings.Reader
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	if n, _ := e.head.Read(p); n > 0 {
		return n, nil
	}
	clear(p)
	e.read += len(p)
	if e.read > 64<<20 {
		return 0, io.ErrNoProgress
	}
	return len(p), nil
}

// TestEndlessHeader checks that no header makes the WAV reader go through a stream
// forever: unless the stream ends, it gives up or delivers samples.
func TestEndlessHeader(t *testing.T) {
	t.Parallel()
	for _, header := range hostileHeaders() {
		if !strings.HasPrefix(header, "RI") && !strings.HasPrefix(header, "RF") {
			continue
		}
		r, err := Options{}.openWAV(&endless{head: strings.NewReader(header)})
		if err == nil {
			_, err = r.Read(make([]int16, 100))
			r.Close()
			if err != nil {
				t.Errorf("%.60q: %v", header, err)
			}
		} else if strings.Contains(err.Error(), io.ErrNoProgress.Error()) && !strings.Contains(header, "LIST") {
			t.Errorf("%.60q: reads on", header)
		}
	}
}

// TestMutatedHeaders passes 10,000 mutations of hostile headers, other ones each
// time, to everything that reads headers; -count repeats it.
func TestMutatedHeaders(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	headers := hostileHeaders()
	for range 10_000 {
		b := []byte(headers[random.IntN(len(headers))] + "\x12\x34\x56\x78\x12\x34\x56\x78")
		b = b[:min(len(b), 4096)]
		for range 1 + random.IntN(6) {
			at := random.IntN(len(b))
			switch random.IntN(4) {
			case 0:
				b[at] = byte(random.IntN(256))
			case 1:
				b[at] = []byte{0, 1, 0x7f, 0x80, 0xff}[random.IntN(5)]
			case 2:
				b = b[:max(at, 1)]
			case 3:
				b = append(b, b[at:]...)
			}
		}
		if !survives(b) {
			t.Fatalf("seed %d: more samples than bytes from %q", seed, b)
		}
	}
}

// survives parses b, and reports whether it has no more samples than bytes.
func survives(b []byte) bool {
	needsSeeking(formatName(b), b)
	isText(b)
	isPCM(b)
	undetectable(bytes.NewReader(b), "a.mp3")
	r, err := audio.NewWAVReader(bytes.NewReader(b))
	count, buf := 0, make([]float32, 256)
	for err == nil {
		var n int
		n, err = r.ReadMono(buf)
		count += n
	}
	return count <= len(b)
}
