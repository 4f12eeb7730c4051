package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"voiceflow/pkg/audio"
)

// ErrNoFFmpeg says that a file is in a format that ffmpeg would read, were it
// installed.
var ErrNoFFmpeg = errors.New("not WAV, and ffmpeg, which reads other formats, is not installed")

// ffmpeg is a process that decodes a file to PCM.
type ffmpeg struct {
	path   string
	cmd    *exec.Cmd
	out    io.ReadCloser
	errors bytes.Buffer
	ended  bool
}

// openFFmpeg has ffmpeg read a file. Its name goes to ffmpeg as a file's,
// whatever it looks like, and what the file names is not fetched from the
// network.
func openFFmpeg(path string) (*Reader, error) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("%w; install ffmpeg, or convert the file to WAV", ErrNoFFmpeg)
	}
	f := &ffmpeg{path: path}
	f.cmd = exec.Command(program, "-nostdin", "-v", "error", "-protocol_whitelist", "file",
		"-i", "file:"+filepath.ToSlash(path), "-vn", "-map", "0:a:0",
		"-ac", "1", "-ar", strconv.Itoa(audio.SampleRate), "-f", "s16le", "-")
	f.cmd.Stderr = &f.errors
	if f.out, err = f.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	if err := f.cmd.Start(); err != nil {
		return nil, fmt.Errorf("ffmpeg: %w", err)
	}
	// What it cannot read shows with the first byte, or the lack of one.
	in := bufio.NewReader(f)
	if _, err := in.Peek(1); err != nil && err != io.EOF {
		f.Close()
		return nil, err
	}
	return &Reader{
		format: audio.Format{SampleRate: audio.SampleRate, Channels: 1, BitsPerSample: 16},
		pcm:    audio.NewPCMReader(in), closer: f,
	}, nil
}

// Read ends with io.EOF only where ffmpeg has read all of the file.
func (f *ffmpeg) Read(p []byte) (int, error) {
	n, err := f.out.Read(p)
	if err != io.EOF || f.ended {
		return n, err
	}
	f.ended = true
	if err := f.cmd.Wait(); err != nil {
		return n, fmt.Errorf("neither WAV nor anything that ffmpeg can read: %s", f.complaint(err))
	}
	return n, io.EOF
}

// complaint is the last line that ffmpeg said, without the file's name, which
// the caller gives.
func (f *ffmpeg) complaint(err error) string {
	if strings.Contains(f.errors.String(), "matches no streams") {
		return "it has no sound"
	}
	lines := strings.Split(strings.TrimSpace(f.errors.String()), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return strings.TrimPrefix(last, "file:"+filepath.ToSlash(f.path)+": ")
	}
	return err.Error()
}

// Close ends the process; it may be called twice.
func (f *ffmpeg) Close() error {
	if f.ended {
		return nil
	}
	f.ended = true
	_ = f.cmd.Process.Kill() // it may have ended by itself
	_ = f.cmd.Wait()         // that it was killed is no news
	return nil
}
