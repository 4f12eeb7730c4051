package input

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"voiceflow/pkg/audio"
)

// ffmpegInput is what ffmpeg reads as its standard input: either a regular file or
// a stream.
type ffmpegInput struct {
	file   *os.File
	path   string // of file; empty if it has none
	stream io.Reader
	format string // ffmpeg's name of the format; empty to let ffmpeg detect it
}

// url is what ffmpeg calls its input. /dev/fd/0 is the file itself, wherever its
// name leads by now, and unlike pipe:0 it can be read from any position.
func (in ffmpegInput) url() string {
	const itself = "/dev/fd/0"
	if in.stream != nil {
		return "pipe:0"
	}
	if _, err := os.Stat(itself); err != nil && in.path != "" { // there is no /proc
		return "file:" + filepath.ToSlash(in.path)
	}
	return "file:" + itself
}

func (o Options) ffmpegArgs(in ffmpegInput) []string {
	// Follow the container's timestamps: fill gaps at the beginning and in
	// between with silence.
	filter := fmt.Sprintf("aresample=%d:async=1:first_pts=0", audio.SampleRate)
	if o.Channel == 0 {
		// More channels have positions, such as centre and left rear, which ffmpeg
		// takes into account when it mixes them.
		filter += ",aformat=channel_layouts=mono|stereo"
	}
	// Whatever a file says, only the file itself is read.
	protocol, formats := "file", containers
	if in.stream != nil {
		protocol = "pipe"
	}
	args := []string{"-nostdin", "-hide_banner", "-nostats", "-v", "level+verbose", "-protocol_whitelist", protocol}
	if in.format != "" {
		formats = in.format
		args = append(args, "-f", in.format)
	}
	return append(args, "-format_whitelist", formats,
		"-i", in.url(), "-vn", "-sn", "-dn", "-map", "0:a:"+strconv.Itoa(max(o.Track-1, 0)),
		"-af", filter, "-c:a", "pcm_f32le", "-f", "wav", "-")
}
