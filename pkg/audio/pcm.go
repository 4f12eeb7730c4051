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
// extended slice. An odd byte at the end is ignored.
func DecodePCM(dst []int16, src []byte) []int16 {
	for ; len(src) >= 2; src = src[2:] {
		dst = append(dst, int16(binary.LittleEndian.Uint16(src)))
	}
	return dst
}

// WritePCM writes the samples to w as PCM, in a single Write.
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
// returns the extended slice. Values beyond 16 bits are clipped; NaN becomes 0.
// It is the exact inverse of [Float32].
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

// NewPCMReader returns a reader of PCM from r. It never reads ahead of the
// samples it is asked for.
func NewPCMReader(r io.Reader) *PCMReader {
	return &PCMReader{newFrameReader(r, 2)}
}

// Read fills dst as an [io.Reader] does: it waits for at least one sample and
// returns the number of samples read, which may be less than len(dst). The
// error is io.EOF at the end; it wraps [ErrTruncated] if the stream ended
// between the two bytes of a sample.
func (p *PCMReader) Read(dst []int16) (int, error) {
	if len(dst) == 0 {
		return 0, nil
	}
	b, err := p.frames.next(len(dst))
	if err == io.EOF && p.frames.rest > 0 {
		err = fmt.Errorf("%w: the PCM ended in the middle of a 16-bit sample", ErrTruncated)
	}
	return len(DecodePCM(dst[:0], b)), err
}

// frameReader cuts a stream of bytes into frames of a fixed size, however the
// bytes arrive.
type frameReader struct {
	r     io.Reader
	size  int // bytes per frame
	buf   []byte
	whole int   // bytes at the front of buf that the last call of next returned
	rest  int   // bytes after them: the beginning of a frame
	total int64 // bytes read
	err   error // from r; held back until all frames before it are returned
}

func newFrameReader(r io.Reader, size int) frameReader {
	const portion = 16384
	return frameReader{r: r, size: size, buf: make([]byte, max(portion/size, 1)*size)}
}

// next returns between one and limit whole frames, valid until the next call,
// or the stream's error. After io.EOF, a rest other than zero means that the
// last frame was incomplete.
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
