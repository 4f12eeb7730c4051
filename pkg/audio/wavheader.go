package audio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

const (
	maxRate     = 768000
	maxChannels = 64
	// maxChunks limits the chunks before the samples, so that an endless stream
	// cannot keep a reader busy forever. Real files have a few.
	maxChunks = 1000
)

// Format tags, from Microsoft's list in mmreg.h.
const (
	tagPCM        = 0x0001
	tagFloat      = 0x0003
	tagExtensible = 0xFFFE // the real tag is in the first two bytes of a GUID
)

// baseGUID follows the tag in a GUID that represents a tag:
// xxxx0000-0000-0010-8000-00AA00389B71.
var baseGUID = []byte{0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71}

type header struct {
	format   Format
	dataSize uint32 // as written in the file
}

// readHeader reads all chunks up to and including the header of the data chunk.
func readHeader(r io.Reader) (h header, err error) {
	if err := readPreamble(r); err != nil {
		return h, err
	}
	for range maxChunks {
		var chunk [8]byte
		if _, err := io.ReadFull(r, chunk[:]); err != nil {
			return h, headerError(err)
		}
		id, size := string(chunk[:4]), binary.LittleEndian.Uint32(chunk[4:])
		unread := int64(size) + int64(size&1) // chunks are padded to an even size
		switch id {
		case "data":
			h.dataSize = size
			if h.format == (Format{}) {
				return h, fmt.Errorf("%w: the data chunk comes before the format chunk", ErrNotWAV)
			}
			return h, nil
		case "fmt ":
			var read int64
			if h.format, read, err = readFormat(r, size); err != nil {
				return h, err
			}
			unread -= read
		}
		if _, err := io.CopyN(io.Discard, r, unread); err != nil {
			return h, headerError(err)
		}
	}
	return h, fmt.Errorf("%w: no data chunk among the first %d chunks", ErrNotWAV, maxChunks)
}

// readPreamble reads the twelve bytes that identify a WAV stream.
func readPreamble(r io.Reader) error {
	var b [12]byte
	n, err := io.ReadFull(r, b[:])
	if err == io.EOF {
		return ErrEmpty
	}
	id := string(b[:min(n, 4)])
	switch {
	case id == "RIFX":
		return fmt.Errorf("%w: big-endian (RIFX); %s", ErrUnsupported, remedy)
	case n >= 4 && id != "RIFF" && id != "RF64":
		return fmt.Errorf("%w: starts with %q", ErrNotWAV, id)
	case err != nil:
		return headerError(err)
	case string(b[8:]) != "WAVE":
		return fmt.Errorf("%w: RIFF of type %q", ErrNotWAV, b[8:])
	}
	return nil
}

// readFormat reads and checks the relevant part of a format chunk. It also
// returns the number of bytes it read.
func readFormat(r io.Reader, size uint32) (f Format, read int64, err error) {
	if size < 16 {
		return f, 0, fmt.Errorf("%w: the format chunk has only %d bytes, at least 16 are required", ErrNotWAV, size)
	}
	var b [40]byte
	used := b[:16]
	if size >= 40 {
		used = b[:40]
	}
	if _, err := io.ReadFull(r, used); err != nil {
		return f, 0, headerError(err)
	}
	le := binary.LittleEndian
	tag, align := le.Uint16(b[0:]), le.Uint16(b[12:])
	rate, channels, bits := le.Uint32(b[4:]), le.Uint16(b[2:]), le.Uint16(b[14:])
	if rate < 1 || rate > maxRate || channels < 1 || channels > maxChannels {
		return f, 0, fmt.Errorf("%w: %d Hz, %d channels", ErrImplausible, rate, channels)
	}
	if tag == tagExtensible {
		if size < 40 || !bytes.Equal(b[26:], baseGUID) {
			return f, 0, fmt.Errorf("%w: unknown extensible format; %s", ErrUnsupported, remedy)
		}
		tag = le.Uint16(b[24:])
	}
	if tag != tagPCM && tag != tagFloat {
		return f, 0, fmt.Errorf("%w: it contains %s; %s", ErrUnsupported, tagName(tag), remedy)
	}
	f = Format{SampleRate: int(rate), Channels: int(channels), BitsPerSample: int(bits), Float: tag == tagFloat}
	if !f.readable() || int(align) != f.frameSize() {
		return Format{}, 0, fmt.Errorf("%w: %d-bit samples in frames of %d bytes; %s", ErrUnsupported, bits, align, remedy)
	}
	return f, int64(len(used)), nil
}

func (f Format) readable() bool {
	switch f.BitsPerSample {
	case 8, 16, 24:
		return !f.Float
	case 32:
		return true
	case 64:
		return f.Float
	}
	return false
}

const remedy = "convert it with ffmpeg -i IN -ar 16000 -ac 1 OUT.wav"

// tagName returns the name of a compressed format that WAV files may contain.
func tagName(tag uint16) string {
	switch tag {
	case 0x0002, 0x0011:
		return "ADPCM"
	case 0x0006:
		return "A-law"
	case 0x0007:
		return "mu-law"
	case 0x0031:
		return "GSM"
	case 0x0050:
		return "MPEG audio"
	case 0x0055:
		return "mp3"
	case 0x00FF:
		return "AAC"
	case 0x0160, 0x0161, 0x0162, 0x0163:
		return "Windows Media audio"
	}
	return fmt.Sprintf("audio with format tag 0x%04X", tag)
}

// headerError turns the end of the stream inside the header into ErrTruncated.
func headerError(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w inside the WAV header", ErrTruncated)
	}
	return err
}
