package audio

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// EncodePCM appends the samples of src to dst as PCM, two bytes each, and
// returns the extended slice.
func EncodePCM(dst []byte, src []int16) []byte {
	for _, s := range src {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(s))
	}
	return dst
}

// DecodePCM appends the samples of the PCM in src to dst and returns the
// extended slice. A last odd byte is no sample and is ignored.
func DecodePCM(dst []int16, src []byte) []int16 {
	for ; len(src) >= 2; src = src[2:] {
		dst = append(dst, int16(binary.LittleEndian.Uint16(src)))
	}
	return dst
}

// WritePCM writes the samples to w as PCM, in one call of its Write.
func WritePCM(w io.Writer, samples []int16) error {
	if len(samples) == 0 {
		return nil
	}
	_, err := w.Write(EncodePCM(make([]byte, 0, 2*len(samples)), samples))
	return err
}

// Float32 appends the samples of src to dst, scaled by 1/32768 to [-1, 1), and
// returns the extended slice.
func Float32(dst []float32, src []int16) []float32 {
	for _, s := range src {
		dst = append(dst, float32(s)/32768)
	}
	return dst
}

// Int16 appends the samples of src to dst, scaled by 32768 and rounded, and
// returns the extended slice. What is beyond 16 bits is clipped; NaN is 0.
// It undoes [Float32] exactly.
func Int16(dst []int16, src []float32) []int16 {
	for _, f := range src {
		scaled := math.Round(float64(f) * 32768)
		switch {
		case scaled != scaled: // NaN
			scaled = 0
		case scaled > math.MaxInt16:
			scaled = math.MaxInt16
		case scaled < math.MinInt16:
			scaled = math.MinInt16
		}
		dst = append(dst, int16(scaled))
	}
	return dst
}

// PCMReader reads samples from a stream of PCM.
type PCMReader struct{ frames frameReader }

// NewPCMReader reads PCM from r. It reads no further ahead in r than the
// samples asked for.
func NewPCMReader(r io.Reader) *PCMReader {
	return &PCMReader{newFrameReader(r, 2)}
}

// Read fills dst as an [io.Reader] does: it waits for one sample at least and
// returns what is there, which may be less than len(dst). The error is io.EOF
// at the end, and wraps [ErrTruncated] if the stream ended between the two
// bytes of a sample.
func (p *PCMReader) Read(dst []int16) (int, error) {
	if len(dst) == 0 {
		return 0, nil
	}
	b, err := p.frames.next(len(dst))
	if err == io.EOF && p.frames.rest > 0 {
		err = fmt.Errorf("%w: PCM ended within a 16-bit sample", ErrTruncated)
	}
	return len(DecodePCM(dst[:0], b)), err
}

// frameReader cuts a stream of bytes into frames of a fixed size, which may
// arrive in any portions.
type frameReader struct {
	r     io.Reader
	size  int // of a frame, in bytes
	buf   []byte
	whole int   // bytes at the front of buf that the last next gave out
	rest  int   // bytes behind them, the beginning of a frame
	total int64 // bytes read
	err   error // of r; kept until all frames before it were given out
}

func newFrameReader(r io.Reader, size int) frameReader {
	const portion = 16384
	return frameReader{r: r, size: size, buf: make([]byte, max(portion/size, 1)*size)}
}

// next returns between one and limit whole frames, valid until the next call,
// or the error of the stream. After io.EOF, rest is not zero if the last frame
// was incomplete.
func (f *frameReader) next(limit int) ([]byte, error) {
	have := copy(f.buf, f.buf[f.whole:f.whole+f.rest])
	end := min(limit, len(f.buf)/f.size) * f.size
	for have < f.size && f.err == nil {
		var n int
		n, f.err = f.r.Read(f.buf[have:end])
		have += n
		f.total += int64(n)
	}
	f.rest = have % f.size
	f.whole = have - f.rest
	if f.whole == 0 {
		return nil, f.err
	}
	return f.buf[:f.whole], nil
}
