package audio_test

import (
	"bytes"
	"runtime"
	"testing"

	"voiceflow/pkg/audio"
)

// FuzzWAVReader reads arbitrary bytes and expects no panic, no more samples than
// bytes, and memory use that does not depend on the sizes in the header.
func FuzzWAVReader(f *testing.F) {
	for _, format := range everyFormat() {
		samples, _ := noise(2, 20, format.Channels)
		data := chunk("data", encode(format, samples))
		f.Add(riff(formatChunk(format), data))
		f.Add(riff(chunk("LIST", make([]byte, 9)), extensible(format), data))
		f.Add(riff(formatChunk(format), data[:len(data)/2]))
	}
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff"))
	f.Add([]byte("RF64\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		count := 0
		if r, err := audio.NewWAVReader(bytes.NewReader(b)); err == nil {
			buf := make([]float32, 256)
			for err == nil {
				var n int
				n, err = r.ReadMono(buf)
				count += n
				for _, s := range buf[:n] {
					if !(s >= -1 && s <= 1) {
						t.Fatalf("a sample is %g", s)
					}
				}
			}
		}
		runtime.ReadMemStats(&after)
		if count > len(b) {
			t.Errorf("%d samples from %d bytes", count, len(b))
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
			t.Errorf("%d bytes of memory for %d bytes of input", used, len(b))
		}
	})
}

// FuzzWAVRoundTrip builds a WAV stream of any format and reads it back.
func FuzzWAVRoundTrip(f *testing.F) {
	for i := range everyFormat() {
		f.Add(uint8(i), uint16(100), uint8(1), uint64(i), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, kind uint8, frames uint16, channels uint8, seed uint64, long bool) {
		formats := everyFormat()
		format := formats[int(kind)%len(formats)]
		format.Channels = int(channels)%64 + 1
		samples, means := noise(seed, int(frames)%2000, format.Channels)
		head := formatChunk(format)
		if long {
			head = extensible(format)
		}
		checkMono(t, format, riff(head, chunk("data", encode(format, samples))), means)
	})
}
