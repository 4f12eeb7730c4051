package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"voiceflow/pkg/audio"
)

// ErrNoFFmpeg means that a file is not WAV and ffmpeg, which may be able to read
// it, is not installed.
var ErrNoFFmpeg = errors.New("not WAV, and ffmpeg, which reads other formats, is not installed")

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
	if err := f.start(cmd, in, o.Trials.startsConfined(program)); err != nil {
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
