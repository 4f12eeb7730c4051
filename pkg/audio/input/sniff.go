package input

import (
	"bytes"
	"encoding/binary"
)

// signatures are the first bytes of audio and video formats other than WAV and
// PCM, and of other files that are easily passed by mistake. The chance that PCM
// begins with four given bytes is 1 in 2^32; formats with less distinctive
// beginnings are in frameFormats.
var signatures = []struct {
	at          int
	bytes, name string
}{
	{0, "fLaC", "FLAC"},
	{0, "OggS", "Ogg"},
	{0, "\x1aE\xdf\xa3", "Matroska or WebM"},
	{4, "ftyp", "MP4"}, {4, "moov", "MP4"}, {4, "mdat", "MP4"}, {4, "wide", "MP4"}, {4, "styp", "MP4"},
	{0, "FORM", "AIFF"}, {0, "caff", "CAF"}, {0, ".snd", "AU"}, {0, "riff\x2e\x91\xcf\x11", "Wave64"},
	{0, "Creative Voice", "VOC"}, {0, "NIST_1A", "NIST SPHERE"},
	{0, ".SoX", "SoX"}, {0, "XoS.", "SoX"}, {0, "2BIT", "AVR"},
	{0, "\x64\xa3\x01\x00", "IRCAM"}, {0, "\x64\xa3\x02\x00", "IRCAM"}, {0, "\x64\xa3\x03\x00", "IRCAM"},
	{0, "\x64\xa3\x04\x00", "IRCAM"}, {0, "\x00\x01\xa3\x64", "IRCAM"}, {0, "\x00\x02\xa3\x64", "IRCAM"},
	{0, "#!AMR", "AMR"}, {0, "#!iLBC", "iLBC"}, {0, "\xc0\xde\xc2", "Codec 2"}, {0, "!\x6b\x50\x00", "G.729"},
	{0, "\x30\x26\xb2\x75", "ASF or WMA"}, {0, "FLV\x01", "FLV"}, {0, "FWS", "SWF"}, {0, "CWS", "SWF"},
	{0, ".RMF", "RealMedia"}, {0, ".ra\xfd", "RealAudio"},
	{0, "wvpk", "WavPack"}, {0, "TTA1", "TTA"}, {0, "TTA2", "TTA"}, {0, "MAC ", "Monkey's Audio"},
	{0, "MPCK", "Musepack"}, {0, "MP+", "Musepack"}, {0, "tBaK", "TAK"}, {0, "ajkg", "Shorten"}, {0, "OFR ", "OptimFROG"},
	{0, "DSD ", "DSF"}, {0, "FRM8", "DSDIFF"}, {0, "ea3\x03", "ATRAC"}, {0, "EA3\x01", "ATRAC"}, {0, "MMMD", "MMF"},
	{0, "\x7f\xfe\x80\x01", "DTS"}, {0, "\xfe\x7f\x01\x80", "DTS"},
	{0, "\x1f\xff\xe8\x00", "DTS"}, {0, "\xff\x1f\x00\xe8", "DTS"},
	{4, "\xf8\x72\x6f\xba", "TrueHD"}, {4, "\xf8\x72\x6f\xbb", "MLP"}, {0, "\x72\xf8\x1f\x4e", "S/PDIF"},
	{0, "\x00\x00\x01\xba", "MPEG"}, {0, "\x00\x00\x01\xb3", "MPEG video"},
	{0, "\x06\x0e\x2b\x34", "MXF"}, {0, "\x00\x00\x00\x00\x01\xbc", "GXF"}, {0, "nut/multimedia", "NUT"},
	{0, "\xb7\xd8\x00\x20\x37\x49\xda\x11", "WTV"}, {0, "\x00\x0aSMJPEG", "SMJPEG"},
	{0, "STRM", "AST"}, {0, "KVAG", "KVAG"}, {0, "ALP ", "ALP"}, {0, "ASF\x00", "Argonaut ASF"}, {0, "VAGp", "VAG"},
	{0, "DKIF", "IVF"}, {0, "MThd", "MIDI"}, {0, "\x1f\x07\x00", "DV"},
	{0, "PK\x03\x04", "ZIP"}, {0, "\x1f\x8b\x08", "gzip"}, {0, "\xff\xd8\xff", "JPEG"}, {0, "\x89PNG", "PNG"},
	{0, "%PDF", "PDF"}, {0, "\x7fELF", "ELF"},
}

// formatName returns the format of a stream that begins with head, or "" if it
// is not recognised and may be PCM.
func formatName(head []byte) string {
	for _, s := range signatures {
		if len(head) > s.at && bytes.HasPrefix(head[s.at:], []byte(s.bytes)) {
			return s.name
		}
	}
	for _, f := range frameFormats {
		if f.begins(head) {
			return f.name
		}
	}
	return ""
}

// frameFormats are formats whose first bytes alone could be there by chance, so
// that a second frame must begin where the first says it ends.
var frameFormats = []struct {
	name   string
	begins func(head []byte) bool
}{
	{"MP3", func(h []byte) bool { return len(h) > 5 && string(h[:3]) == "ID3" && h[3] <= 4 && h[4] < 0xff }},
	{"MP3", func(h []byte) bool { return follows(h, mpegFrame) }},
	{"AAC", func(h []byte) bool { return follows(h, adtsFrame) }},
	{"AAC", func(h []byte) bool { return follows(h, loasFrame) }},
	{"AC-3", isAC3},
	{"MPEG transport stream", isTransport},
	{"ADX", func(h []byte) bool {
		if len(h) < 4 || h[0] != 0x80 || h[1] != 0 {
			return false
		}
		at := int(binary.BigEndian.Uint16(h[2:])) - 2
		return at > 0 && len(h) >= at+6 && string(h[at:at+6]) == "(c)CRI"
	}},
}

// follows reports whether head begins with a frame and another one follows.
// frame returns the length in bytes of the frame at the start of its argument, or
// 0 if there is none.
func follows(head []byte, frame func([]byte) int) bool {
	n := frame(head)
	return n > 0 && len(head) > n && frame(head[n:]) > 0
}

// mpegFrame returns the length of a frame of MPEG 1, 2 or 2.5, layer 1 to 3.
func mpegFrame(h []byte) int {
	if len(h) < 4 || h[0] != 0xff || h[1]&0xe0 != 0xe0 {
		return 0
	}
	version, layer := h[1]>>3&3, h[1]>>1&3 // 3: MPEG 1, 1: reserved; 3: layer 1, 0: reserved
	rate, frequency := int(h[2]>>4), int(h[2]>>2&3)
	if version == 1 || layer == 0 || rate == 0 || rate == 15 || frequency == 3 {
		return 0
	}
	// #nosec G602 -- checked just above
	hz, table := []int{44100, 48000, 32000}[frequency], 3-int(layer)
	slots := []int{12, 144, 144}[table] // #nosec G602 -- 0 to 2; bytes per frame at one bit per sample
	if version != 3 {
		hz /= 2
		if version == 0 {
			hz /= 2
		}
		if layer == 1 {
			slots = 72
		}
		table = min(table, 1) + 3
	}
	padding := int(h[2] >> 1 & 1)
	bytes := slots*1000*mpegRates[table][rate]/hz + padding
	if layer == 3 {
		bytes *= 4
	}
	return bytes
}

// mpegRates are in kbit/s, for MPEG 1 layers 1, 2 and 3, then MPEG 2 layer 1 and
// layers 2 and 3.
var mpegRates = [5][15]int{
	{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

func adtsFrame(h []byte) int {
	if len(h) < 7 || h[0] != 0xff || h[1]&0xf6 != 0xf0 || h[2]>>2&15 > 12 {
		return 0
	}
	if n := int(h[3]&3)<<11 | int(h[4])<<3 | int(h[5])>>5; n > 7 {
		return n
	}
	return 0
}

func loasFrame(h []byte) int {
	if len(h) < 3 || h[0] != 0x56 || h[1]&0xe0 != 0xe0 {
		return 0
	}
	return int(h[1]&0x1f)<<8 + int(h[2]) + 3
}

// isAC3 recognises AC-3 and E-AC-3 in either byte order. PCM would have to start
// with a sample of 30,475 or 2,935 to be taken for it.
func isAC3(h []byte) bool {
	return len(h) >= 6 && (h[0] == 0x0b && h[1] == 0x77 || h[0] == 0x77 && h[1] == 0x0b)
}

// isTransport recognises MPEG transport streams: packets of 188 bytes, or of 192
// with a timestamp before each.
func isTransport(h []byte) bool {
	for _, p := range []struct{ first, size int }{{0, 188}, {4, 192}} {
		packets := 0
		for at := p.first; at < len(h) && h[at] == 0x47; at += p.size {
			packets++
		}
		if packets >= 3 && p.first+packets*p.size >= len(h) || packets >= 8 {
			return true
		}
	}
	return false
}

// needsSeeking reports whether a file cannot be read from a pipe, because its
// index is at the end: CAF, WTV, and MP4 unless the index comes before the media
// data.
func needsSeeking(name string, head []byte) bool {
	if name != "MP4" {
		return name == "CAF" || name == "WTV"
	}
	for len(head) >= 8 {
		size := binary.BigEndian.Uint32(head)
		switch string(head[4:8]) {
		case "moov":
			return false
		case "mdat":
			return true
		}
		if size < 8 || int64(size) > int64(len(head)) {
			return true
		}
		head = head[size:]
	}
	return true
}
