package audio_test

import (
	"encoding/binary"
	"io"
	"math"

	"voiceflow/pkg/audio"
)

var le = binary.LittleEndian

// chunk builds a padded chunk.
func chunk(id string, body []byte) []byte {
	return padded(le.AppendUint32([]byte(id), uint32(len(body))), body)
}

func padded(head, body []byte) []byte {
	b := append(head, body...)
	return append(b, make([]byte, len(body)%2)...)
}

// riff builds a file from chunks.
func riff(chunks ...[]byte) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVE")
	for _, c := range chunks {
		b = append(b, c...)
	}
	le.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// rawFormat builds a format chunk of 16 bytes from arbitrary numbers.
func rawFormat(tag, channels, rate, align, bits int) []byte {
	b := le.AppendUint16(nil, uint16(tag))
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(rate*align))
	b = le.AppendUint16(b, uint16(align))
	return chunk("fmt ", le.AppendUint16(b, uint16(bits)))
}

func tagOf(f audio.Format) int {
	if f.Float {
		return 3
	}
	return 1
}

func formatChunk(f audio.Format) []byte {
	return rawFormat(tagOf(f), f.Channels, f.SampleRate, f.Channels*f.BitsPerSample/8, f.BitsPerSample)
}

// extensible builds a format chunk in the long form, WAVE_FORMAT_EXTENSIBLE.
func extensible(f audio.Format) []byte {
	b := formatChunk(f)[8:]
	le.PutUint16(b, 0xFFFE)
	b = le.AppendUint16(b, 22)
	b = le.AppendUint16(b, uint16(f.BitsPerSample))
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(b, uint16(tagOf(f)))
	b = append(b, "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"...)
	return chunk("fmt ", b)
}

// encode encodes samples in [-1, 1) at the width of f.
func encode(f audio.Format, samples []float64) (b []byte) {
	for _, s := range samples {
		switch {
		case f.Float && f.BitsPerSample == 32:
			b = le.AppendUint32(b, math.Float32bits(float32(s)))
		case f.Float:
			b = le.AppendUint64(b, math.Float64bits(s))
		case f.BitsPerSample == 8:
			b = append(b, byte(math.Floor(s*128)+128))
		default:
			v := le.AppendUint32(nil, uint32(int32(math.Floor(s*(1<<31)))))
			b = append(b, v[4-f.BitsPerSample/8:]...)
		}
	}
	return b
}

// readMono reads everything, portion frames at a time.
func readMono(w *audio.WAVReader, portion int) (all []float32, err error) {
	buf := make([]float32, portion)
	for {
		n, err := w.ReadMono(buf)
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// everyFormat returns one format per supported width.
func everyFormat() []audio.Format {
	return []audio.Format{
		{SampleRate: 8000, Channels: 1, BitsPerSample: 8},
		{SampleRate: 16000, Channels: 1, BitsPerSample: 16},
		{SampleRate: 44100, Channels: 2, BitsPerSample: 16},
		{SampleRate: 48000, Channels: 3, BitsPerSample: 24},
		{SampleRate: 96000, Channels: 1, BitsPerSample: 32},
		{SampleRate: 1, Channels: 1, BitsPerSample: 32, Float: true},
		{SampleRate: 768000, Channels: 64, BitsPerSample: 64, Float: true},
	}
}
