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

	"voiceflow/pkg/audio"
)

// ErrNoFFmpeg means that a file is not WAV and ffmpeg, which may be able to read
// it, is not installed.
var ErrNoFFmpeg = errors.New("not WAV, and ffmpeg, which reads other formats, is not installed")

// ffmpeg is a process that decodes a file or a stream to WAV.
type ffmpeg struct {
	cmd       *exec.Cmd
	out       io.ReadCloser
	log       *ffmpegLog
	fed       chan error // how feeding the stream ended; nil when reading a file
	hasOutput bool       // it has produced samples
	strict    bool       // a guessed format is an error
	ended     bool
	result    error // once ended; io.EOF if all is well
}

// fileFFmpeg decodes a file with ffmpeg. The path is always treated as a file,
// even if it looks like a URL, and URLs inside the file are not fetched.
func (o Options) fileFFmpeg(path string) (*Reader, error) {
	return o.startFFmpeg("file:"+filepath.ToSlash(path), nil)
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

func (o Options) readPipe(in io.Reader, spool bool) (*Reader, error) {
	if !spool {
		return o.startFFmpeg("pipe:0", in)
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return o.startFFmpeg("", nil) // fails with ErrNoFFmpeg before anything is copied
	}
	file, err := os.CreateTemp("", "voiceflow-*.tmp")
	if err != nil {
		return nil, err
	}
	// By the first sample ffmpeg has opened the file and no longer needs its name.
	defer os.Remove(file.Name())
	_, err = io.Copy(file, in)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	return o.startFFmpeg("file:"+filepath.ToSlash(file.Name()), nil)
}

// startFFmpeg runs ffmpeg on a URL; if that is pipe:0, ffmpeg reads in.
func (o Options) startFFmpeg(url string, in io.Reader) (*Reader, error) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("%w; install ffmpeg, or convert the file to WAV", ErrNoFFmpeg)
	}
	f := &ffmpeg{log: newFFmpegLog(url, o.Track)}
	f.cmd = exec.Command(program, o.ffmpegArgs(url)...)
	f.cmd.Stderr = f.log
	// Ctrl-C is meant for this program, which first finishes what it has started.
	f.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if f.out, err = f.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := f.start(in); err != nil {
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

func (o Options) ffmpegArgs(url string) []string {
	// Follow the container's timestamps: fill gaps at the beginning and in
	// between with silence.
	filter := fmt.Sprintf("aresample=%d:async=1:first_pts=0", audio.SampleRate)
	if o.Channel == 0 {
		// More channels have positions, such as centre and left rear, which ffmpeg
		// takes into account when it mixes them.
		filter += ",aformat=channel_layouts=mono|stereo"
	}
	return []string{
		"-nostdin", "-hide_banner", "-nostats", "-v", "level+verbose", "-protocol_whitelist", "file,pipe",
		"-i", url, "-vn", "-map", "0:a:" + strconv.Itoa(max(o.Track-1, 0)),
		"-af", filter, "-c:a", "pcm_f32le", "-f", "wav", "-",
	}
}

// start runs the process and feeds it.
func (f *ffmpeg) start(in io.Reader) error {
	if in == nil {
		return f.cmd.Start()
	}
	to, err := f.cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := f.cmd.Start(); err != nil {
		return err
	}
	f.fed = make(chan error, 1)
	go func() {
		_, err := io.Copy(to, in)
		f.fed <- err
		to.Close()
	}()
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
	n, err := f.out.Read(p)
	if err != io.EOF {
		return n, err
	}
	f.ended, f.result = true, f.wait()
	return n, f.result
}

// wait waits for the process to exit; the error is io.EOF if all is well.
func (f *ffmpeg) wait() error {
	err := f.cmd.Wait()
	select {
	case ferr := <-f.fed:
		// It is fine for ffmpeg to stop reading early.
		if ferr != nil && !errors.Is(ferr, syscall.EPIPE) && !errors.Is(ferr, os.ErrClosed) {
			return ferr
		}
	default:
	}
	switch {
	case f.strict && f.log.guess:
		return ErrNotPCM
	case err == nil:
		return io.EOF
	case f.hasOutput:
		return fmt.Errorf("%w: ffmpeg stopped: %s", audio.ErrTruncated, f.log.reason(err))
	case f.log.noTrack:
		return errors.New(f.log.reason(err))
	}
	return fmt.Errorf("%w: %s", errUnreadable, f.log.reason(err))
}

// Close ends the process; it may be called twice.
func (f *ffmpeg) Close() error {
	if f.ended {
		return nil
	}
	f.ended, f.result = true, os.ErrClosed
	_ = f.cmd.Process.Kill() // it may have exited already
	_ = f.cmd.Wait()         // it was killed, so this fails
	return nil
}
