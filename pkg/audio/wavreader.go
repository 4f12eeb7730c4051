package audio

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Format describes the samples of a stream.
type Format struct {
	SampleRate    int  // frames per second
	Channels      int  // samples per frame
	BitsPerSample int  // 8 (unsigned), 16, 24 or 32; 32 or 64 for floats
	Float         bool // IEEE 754 instead of integers
}

// WAVReader reads a WAV stream from start to end, without seeking.
type WAVReader struct {
	format   Format
	decode   func([]byte) float64
	promised int64 // bytes of samples according to the header; negative if unknown
	frames   frameReader
}

// NewWAVReader reads the header from r, up to the first sample.
//
// It supports integers of 8, 16, 24 and 32 bits and floats of 32 and 64 bits,
// 1 Hz to 768 kHz, 1 to 64 channels, in RIFF and RF64. Chunks other than format
// and data are skipped. Memory use does not depend on the sizes in the header.
//
// Writers that cannot seek back leave a data size of zero or of about 2 GiB and
// more (0xFFFFFFFF by ffmpeg, around 0x7FFFF000 by SoX, 0x80000000 by arecord).
// In that case everything up to the end of r is taken as samples.
//
// The errors wrap [ErrEmpty], [ErrNotWAV], [ErrUnsupported], [ErrImplausible] or
// [ErrTruncated], or come from r.
func NewWAVReader(r io.Reader) (*WAVReader, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	w := &WAVReader{format: h.format, promised: int64(h.dataSize)}
	const placeholder = 0x7FFFE000 // SoX rounds 0x7FFFF000 down to whole frames
	if h.dataSize == 0 || h.dataSize >= placeholder {
		w.promised = -1
	} else {
		r = io.LimitReader(r, w.promised)
	}
	w.decode = decoder(h.format)
	w.frames = newFrameReader(r, h.format.frameSize())
	return w, nil
}

// Format returns the format that the stream's header declares.
func (w *WAVReader) Format() Format { return w.format }

// ReadMono reads up to len(dst) frames and stores the mean of each frame's
// channels, clipped to [-1, 1]; infinite floats and NaN count as 0. It waits
// for at least one frame and returns the number of frames.
//
// The error is io.EOF at the end; it wraps [ErrTruncated] if the stream is at
// least one frame shorter than its header claims.
func (w *WAVReader) ReadMono(dst []float32) (int, error) {
	b, err := w.next(len(dst))
	width, n := w.format.BitsPerSample/8, 0
	for ; len(b) > 0; n++ {
		sum := 0.0
		for range w.format.Channels {
			sum += w.decode(b)
			b = b[width:]
		}
		dst[n] = float32(max(-1, min(1, sum/float64(w.format.Channels))))
	}
	return n, err
}

// ReadFrames is like ReadMono, but stores all channels, interleaved and
// unclipped. It returns the number of frames. dst must have room for at least
// one whole frame.
func (w *WAVReader) ReadFrames(dst []float32) (int, error) {
	b, err := w.next(len(dst) / w.format.Channels)
	width, n := w.format.BitsPerSample/8, 0
	for ; len(b) > 0; n++ {
		dst[n] = float32(w.decode(b))
		b = b[width:]
	}
	return n / w.format.Channels, err
}

// next returns between one and limit undecoded frames, or the stream's error.
func (w *WAVReader) next(limit int) ([]byte, error) {
	if limit == 0 {
		return nil, nil
	}
	b, err := w.frames.next(limit)
	if err == io.EOF && w.promised-w.frames.total >= int64(w.frames.size) {
		return nil, fmt.Errorf("%w: only %d of the %d bytes of samples that the WAV header declares",
			ErrTruncated, w.frames.total, w.promised)
	}
	return b, err
}

func (f Format) frameSize() int { return f.Channels * f.BitsPerSample / 8 }

// decoder returns a function that decodes the sample at the front of a slice.
func decoder(f Format) func([]byte) float64 {
	le := binary.LittleEndian
	switch f.BitsPerSample {
	case 8:
		return func(b []byte) float64 { return float64(b[0])/128 - 1 }
	case 16:
		return func(b []byte) float64 { return float64(int16(le.Uint16(b))) / (1 << 15) }
	case 24:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	}
	switch {
	case !f.Float:
		return func(b []byte) float64 { return float64(int32(le.Uint32(b))) / (1 << 31) }
	case f.BitsPerSample == 32:
		return func(b []byte) float64 { return finite(float64(math.Float32frombits(le.Uint32(b)))) }
	}
	return func(b []byte) float64 { return finite(math.Float64frombits(le.Uint64(b))) }
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
