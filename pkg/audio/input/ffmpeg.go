package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"voiceflow/pkg/audio"
)

// ErrNoFFmpeg means that a file is not WAV and ffmpeg, which may be able to read
// it, is not installed.
var ErrNoFFmpeg = errors.New("not WAV, and ffmpeg, which reads other formats, is not installed")

// ffmpeg is a process that decodes a file or a stream to WAV.
type ffmpeg struct {
	child     *child
	out       *os.File
	log       *ffmpegLog
	feed      *feed // nil when reading a file
	patience  patience
	hasOutput bool // it has produced samples
	strict    bool // a guessed format is an error
	ended     bool
	result    error // once ended; io.EOF if all is well
}

// ffmpegInput is what ffmpeg reads as its standard input: either a regular file or
// a stream.
type ffmpegInput struct {
	file   *os.File
	path   string // of file; empty if it has none
	stream io.Reader
	format string // ffmpeg's name of the format; empty to let ffmpeg detect it
}

// fileFFmpeg decodes a regular file with ffmpeg and closes it.
func (o Options) fileFFmpeg(file *os.File, path string) (*Reader, error) {
	info, err := file.Stat()
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	r, err := o.ownFFmpeg(ffmpegInput{file: file, path: path, format: undetectable(file, path)})
	if err == nil {
		r.limit = limits(durationLimit(o.MaxDuration), sizeLimit(info.Size))
	}
	return r, err
}

// ownFFmpeg decodes a file that belongs to the reader.
func (o Options) ownFFmpeg(in ffmpegInput) (*Reader, error) {
	r, err := o.startFFmpeg(in)
	if err == nil && r.ffmpeg != nil && r.ffmpeg.feed != nil { // it is read here
		r.closer = closers{r.closer, in.file}
		return r, nil
	}
	in.file.Close() // ffmpeg has its own descriptor
	return r, err
}

// pipeFFmpeg decodes a stream with ffmpeg. If format is empty, that is, not
// recognised here, ffmpeg must be sure of it. With spool, the stream goes
// through a temporary file.
func (o Options) pipeFFmpeg(in io.Reader, format string, spool bool) (*Reader, error) {
	r, err := o.readPipe(in, spool)
	switch {
	case errors.Is(err, ErrNoFFmpeg) && format == "":
		return nil, ErrNotPCM
	case errors.Is(err, ErrNoFFmpeg):
		return nil, fmt.Errorf("%s: %w", format, err)
	case err == nil && format == "":
		if r.ffmpeg.log.isGuess() {
			r.Close()
			return nil, ErrNotPCM
		}
		r.ffmpeg.strict = true // ffmpeg may only find out later
	case errors.Is(err, errUnreadable) && format == "":
		return nil, ErrNotPCM
	}
	return r, err
}

func (o Options) readPipe(in io.Reader, viaFile bool) (*Reader, error) {
	if !viaFile {
		r, err := o.startFFmpeg(ffmpegInput{stream: in})
		if err == nil {
			r.limit = sizeLimit(r.ffmpeg.feed.bytes.Load)
		}
		return r, err
	}
	if _, err := findFFmpeg(); err != nil {
		return nil, err // before anything is copied
	}
	file, err := spool(in)
	if err != nil {
		return nil, err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
		return nil, err
	}
	r, err := o.ownFFmpeg(ffmpegInput{file: file})
	if err == nil {
		r.limit = sizeLimit(func() int64 { return size })
	}
	return r, err
}

func findFFmpeg() (string, error) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return "", fmt.Errorf("%w; install ffmpeg, or convert the file to WAV", ErrNoFFmpeg)
	}
	return program, nil
}

func (o Options) startFFmpeg(in ffmpegInput) (*Reader, error) {
	program, err := findFFmpeg()
	if err != nil {
		return nil, err
	}
	r, err := o.runFFmpeg(program, in)
	if errors.Is(err, errFileRule) {
		return o.runFFmpeg(program, ffmpegInput{stream: in.file, format: in.format})
	}
	return r, err
}

func (o Options) runFFmpeg(program string, in ffmpegInput) (*Reader, error) {
	f := &ffmpeg{log: newFFmpegLog(in.url(), o.Track), patience: newPatience(in.stream == nil)}
	cmd := exec.Command(program, o.ffmpegArgs(in)...)
	cmd.Stderr = f.log
	if err := f.start(cmd, in); err != nil {
		return nil, fmt.Errorf("ffmpeg: %w", err)
	}
	r, err := o.readFFmpeg(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	r.ffmpeg, r.closer = f, f
	return r, nil
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

// start runs the process and feeds it.
func (f *ffmpeg) start(cmd *exec.Cmd, in ffmpegInput) error {
	out, toOut, err := os.Pipe()
	if err != nil {
		return err
	}
	defer toOut.Close()
	cmd.Stdout = toOut
	var to io.WriteCloser
	if in.stream == nil {
		cmd.Stdin = in.file
	} else if to, err = cmd.StdinPipe(); err != nil {
		out.Close()
		return err
	}
	if f.child, err = launch(cmd, in.file); err != nil {
		out.Close()
		return err
	}
	f.out, f.patience.activity = out, f.child.activity
	if in.stream != nil {
		f.feed = startFeed(to, in.stream)
	}
	return nil
}

// readFFmpeg reads the header of ffmpeg's output and waits for the first sample:
// only then is it clear whether ffmpeg can read its input.
func (o Options) readFFmpeg(f *ffmpeg) (*Reader, error) {
	in := bufio.NewReader(f)
	r, err := Options{Channel: o.Channel, Gain: o.Gain, Center: o.Center}.openWAV(in)
	if errors.Is(err, audio.ErrEmpty) && f.result == io.EOF {
		return Options{}.openWAV(strings.NewReader(audio.EmptyWAV))
	}
	if err != nil {
		return nil, err
	}
	if _, err := in.Peek(1); err != nil && err != io.EOF {
		r.Close()
		return nil, err
	}
	f.hasOutput = true
	r.format = audio.Format{SampleRate: audio.SampleRate, Channels: r.format.Channels, BitsPerSample: 16}
	return r, nil
}

// errUnreadable means that ffmpeg could not read its input.
var errUnreadable = errors.New("neither WAV nor anything that ffmpeg can read")

// Read returns io.EOF only if ffmpeg has read all of its input successfully.
func (f *ffmpeg) Read(p []byte) (int, error) {
	if f.ended {
		return 0, f.result
	}
	if err := f.log.badRate(); err != nil {
		return 0, f.end(err)
	}
	n, err := f.patience.read(f.out, p, f.feed)
	switch {
	case n > 0 || err == nil:
		return n, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, f.end(f.stalled())
	case err != io.EOF:
		return 0, err
	}
	f.ended, f.result = true, f.wait()
	f.out.Close()
	return 0, f.result
}

// stalled is the error about a process that takes too long.
func (f *ffmpeg) stalled() error {
	err := errors.New("ffmpeg was ended: it took too long")
	if f.hasOutput {
		return fmt.Errorf("%w: %w", audio.ErrTruncated, err)
	}
	return fmt.Errorf("%w: %w", errUnreadable, err)
}

// wait waits for the process to exit; the error is io.EOF if all is well.
func (f *ffmpeg) wait() error {
	err := f.child.wait()
	// It is fine for ffmpeg to stop reading early.
	if ferr := f.feed.err(); ferr != nil && !errors.Is(ferr, syscall.EPIPE) && !errors.Is(ferr, os.ErrClosed) {
		return ferr
	}
	bad := f.log.badRate()
	switch {
	case f.strict && f.log.guess:
		return ErrNotPCM
	case bad != nil:
		return bad
	case err == nil:
		return io.EOF
	case f.hasOutput:
		return fmt.Errorf("%w: ffmpeg stopped: %s", audio.ErrTruncated, f.log.reason(err))
	case f.log.noTrack:
		return errors.New(f.log.reason(err))
	}
	return fmt.Errorf("%w: %s", errUnreadable, f.log.reason(err))
}

// end kills the process because of an error, which it returns.
func (f *ffmpeg) end(err error) error {
	f.ended, f.result = true, err
	f.out.Close() // what still writes to it ends, even if the signal does not reach it
	f.child.kill()
	return err
}

// Close ends the process; it may be called twice.
func (f *ffmpeg) Close() error {
	if !f.ended {
		_ = f.end(os.ErrClosed) // not an error here
	}
	return nil
}

// newPatience returns how long to wait for ffmpeg.
func newPatience(file bool) patience {
	p := patience{first: 5 * time.Minute, silence: time.Minute, busy: 10 * time.Minute}
	if file {
		p.slack = 10 * time.Minute
	}
	return p
}
