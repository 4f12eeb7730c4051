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

// ErrNoFFmpeg says that a file is in a format that ffmpeg would read, were it
// installed.
var ErrNoFFmpeg = errors.New("not WAV, and ffmpeg, which reads other formats, is not installed")

// ffmpeg is a process that decodes a file or a stream to WAV.
type ffmpeg struct {
	cmd     *exec.Cmd
	out     io.ReadCloser
	log     *ffmpegLog
	fed     chan error // why the stream that it reads has ended; nil: it reads a file
	samples bool       // whether any have come
	strict  bool       // it has to be sure of the format
	ended   bool
	failed  error // how it ended
}

// fileFFmpeg has ffmpeg read a file. Its name goes to ffmpeg as a file's,
// whatever it looks like, and what the file names is not fetched from the
// network.
func (o Options) fileFFmpeg(path string) (*Reader, error) {
	return o.startFFmpeg("file:"+filepath.ToSlash(path), nil)
}

// pipeFFmpeg has ffmpeg read a stream: of a format, or of none that is known
// here, and then ffmpeg has to be sure of it. Spool takes the way by a temporary
// file.
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
		r.ffmpeg.strict = true // it may say so later
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
		return o.startFFmpeg("", nil) // says so, before anything is copied
	}
	file, err := os.CreateTemp("", "voiceflow-*.tmp")
	if err != nil {
		return nil, err
	}
	// By its first sample ffmpeg has opened it, and needs the name no longer.
	defer os.Remove(file.Name())
	_, err = io.Copy(file, in)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	return o.startFFmpeg("file:"+filepath.ToSlash(file.Name()), nil)
}

// startFFmpeg runs ffmpeg on a URL; in is what pipe:0 stands for.
func (o Options) startFFmpeg(url string, in io.Reader) (*Reader, error) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("%w; install ffmpeg, or convert the file to WAV", ErrNoFFmpeg)
	}
	f := &ffmpeg{log: newFFmpegLog(url, o.Track)}
	f.cmd = exec.Command(program, o.ffmpegArgs(url)...)
	f.cmd.Stderr = f.log
	// Ctrl-C is for this program, which goes on to the end of what it has begun.
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
	// Times are those of the container: silence stands for what it has no sound
	// for, at the beginning and in between.
	filter := fmt.Sprintf("aresample=%d:async=1:first_pts=0", audio.SampleRate)
	if o.Channel == 0 {
		// More channels have places, which ffmpeg knows how to mix.
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

// readFFmpeg reads the header of ffmpeg's output. What it cannot read shows with
// the first sample, or the lack of one.
func (o Options) readFFmpeg(f *ffmpeg) (*Reader, error) {
	in := bufio.NewReader(f)
	r, err := Options{Channel: o.Channel, Gain: o.Gain, Center: o.Center}.openWAV(in)
	if errors.Is(err, audio.ErrEmpty) && f.failed == io.EOF {
		return Options{}.openWAV(strings.NewReader(audio.EmptyWAV))
	}
	if err != nil {
		return nil, err
	}
	if _, err := in.Peek(1); err != nil && err != io.EOF {
		r.Close()
		return nil, err
	}
	f.samples = true
	r.format = audio.Format{SampleRate: audio.SampleRate, Channels: r.format.Channels, BitsPerSample: 16}
	return r, nil
}

// errUnreadable says that ffmpeg could read nothing.
var errUnreadable = errors.New("neither WAV nor anything that ffmpeg can read")

// Read ends with io.EOF only where ffmpeg has read all that it was given.
func (f *ffmpeg) Read(p []byte) (int, error) {
	if f.ended {
		return 0, f.failed
	}
	n, err := f.out.Read(p)
	if err != io.EOF {
		return n, err
	}
	f.ended, f.failed = true, f.end()
	return n, f.failed
}

// end waits for the process; the error is io.EOF where all is well.
func (f *ffmpeg) end() error {
	err := f.cmd.Wait()
	select {
	case ferr := <-f.fed:
		// That ffmpeg wanted no more is its own affair.
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
	case f.samples:
		return fmt.Errorf("%w: ffmpeg stopped: %s", audio.ErrTruncated, f.log.complaint(err))
	case f.log.noTrack:
		return errors.New(f.log.complaint(err))
	}
	return fmt.Errorf("%w: %s", errUnreadable, f.log.complaint(err))
}

// Close ends the process; it may be called twice.
func (f *ffmpeg) Close() error {
	if f.ended {
		return nil
	}
	f.ended, f.failed = true, os.ErrClosed
	_ = f.cmd.Process.Kill() // it may have ended by itself
	_ = f.cmd.Wait()         // that it was killed is no news
	return nil
}
