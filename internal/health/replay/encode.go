package replay

import (
	"encoding/binary"
	"math"

	"voiceflow/pkg/audio"
)

// encodeWAV returns a complete WAV file with the same samples on all channels. It
// supports what audio.WAVFile does not: integers of 8, 16 and 24 bits and floats
// of 32 bits, at any sample rate.
func encodeWAV(x []float32, f audio.Format) []byte {
	kind, width := 1, f.BitsPerSample/8
	if f.Float {
		kind = 3
	}
	block := f.Channels * width
	size := len(x) * block
	le := binary.LittleEndian
	b := make([]byte, 0, 44+size)
	b = le.AppendUint32(append(b, "RIFF"...), uint32(36+size))
	b = le.AppendUint32(append(b, "WAVEfmt "...), 16)
	b = le.AppendUint16(le.AppendUint16(b, uint16(kind)), uint16(f.Channels))
	b = le.AppendUint32(le.AppendUint32(b, uint32(f.SampleRate)), uint32(f.SampleRate*block))
	b = le.AppendUint16(le.AppendUint16(b, uint16(block)), uint16(f.BitsPerSample))
	b = le.AppendUint32(append(b, "data"...), uint32(size))
	for _, v := range x {
		for range f.Channels {
			b = appendSample(b, v, f)
		}
	}
	return b
}

func appendSample(b []byte, v float32, f audio.Format) []byte {
	if f.Float {
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	full := float64(int(1) << (f.BitsPerSample - 1))
	n := int32(max(-full, min(math.Round(float64(v)*full), full-1)))
	switch f.BitsPerSample {
	case 8: // unsigned
		return append(b, byte(n+128))
	case 16:
		return binary.LittleEndian.AppendUint16(b, uint16(n))
	default:
		return append(b, byte(n), byte(n>>8), byte(n>>16))
	}
}
