package input

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
)

// containers are the formats that ffmpeg may detect, by its names. It knows others
// that must stay out: playlists and descriptions (hls, dash, concat, imf, sdp,
// vobsub, image2), which name further files to read, scripts, devices, and formats
// without sound.
var containers = strings.Join([]string{
	// Sound.
	"3dostr,aa,aac,aax,ac3,act,ads,adx,aea,aiff,alp,amr,amrnb,amrwb,apc,ape,apm,aptx,aptx_hd,argo_asf,ast,au,avr,binka,",
	"brstm,bfstm,caf,codec2,dsf,dss,dts,dtshd,eac3,epaf,flac,fwse,g723_1,g729,gsm,hca,hcom,iff,ilbc,ircam,kvag,loas,",
	"mca,mlp,mmf,mp3,mpc,mpc8,msf,mtaf,musx,nistsphere,ogg,oma,osq,pvf,qcp,qoa,rso,s337m,sbc,sds,sdx,shn,sol,sox,",
	"spdif,tak,truehd,tta,usm,vag,voc,vpk,vqf,w64,wady,wav,wsaud,wsd,wv,wve,xa,xvag,xwma,ac4,iamf,lc3,",
	// Video, which usually has sound.
	"4xm,amv,asf,asf_o,avi,bink,dhav,dv,dvr-ms,flv,gxf,ivr,kux,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,",
	"mpeg,mpegts,mpegvideo,mxf,nsv,nut,rm,roq,smjpeg,smk,swf,ty,vividas,vivo,wtv",
}, "")

// headerless are formats that ffmpeg only recognises by the name of the file, by
// their extensions.
var headerless = map[string]string{
	".al": "alaw", ".ul": "mulaw", ".sln": "sln", ".g722": "g722", ".722": "g722", ".g723_1": "g723_1", ".tco": "g723_1",
	".rco": "g723_1", ".g729": "g729", ".gsm": "gsm", ".sbc": "sbc", ".msbc": "sbc", ".aptx": "aptx", ".aptxhd": "aptx_hd",
	".dfpwm": "dfpwm", ".sb": "s8", ".ub": "u8", ".sw": "s16le", ".uw": "u16le",
}

// undetectable returns ffmpeg's name of a file's format if ffmpeg cannot detect it
// from the bytes at its beginning, and otherwise "".
func undetectable(file io.ReaderAt, path string) string {
	head := make([]byte, BufferSize)
	n, _ := file.ReadAt(head, 0) // an error comes up again when ffmpeg reads
	head = head[:n]
	if tag := id3Length(head); tag > int64(n) {
		return afterTag(file, tag)
	}
	format := headerless[strings.ToLower(filepath.Ext(path))]
	if format == "" || formatName(head) != "" || isWAV(head) || isText(head[:min(n, maxText)]) {
		return ""
	}
	return format
}

// afterTag returns the format of the sound after an ID3 tag of the given length,
// such as one with a large picture, which ffmpeg does not look behind.
func afterTag(file io.ReaderAt, tag int64) string {
	head := make([]byte, BufferSize)
	n, _ := file.ReadAt(head, tag)
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("fLaC")):
		return "flac"
	case bytes.HasPrefix(head, []byte("TTA1")):
		return "tta"
	case follows(head, adtsFrame):
		return "aac"
	case follows(head, mpegFrame):
		return "mp3"
	}
	return ""
}

// id3Length returns the length in bytes of the ID3v2 tag at the start of a file, or
// 0 if there is none.
func id3Length(head []byte) int64 {
	if len(head) < 10 || string(head[:3]) != "ID3" || head[3] > 4 {
		return 0
	}
	length := int64(0)
	for _, b := range head[6:10] {
		if b >= 0x80 {
			return 0
		}
		length = length<<7 | int64(b)
	}
	if head[5]&0x10 != 0 { // there is a footer
		length += 10
	}
	return length + 10
}
