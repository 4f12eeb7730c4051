package input_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/audio/input"
)

// ffmpegProgram returns the path of ffmpeg, which make test installs.
func ffmpegProgram(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed; make test installs it on Debian")
	}
	return program
}

// TestFFmpegFormats reads a recording that ffmpeg has written in other formats,
// and compares the length and the level.
func TestFFmpegFormats(t *testing.T) {
	t.Parallel()
	ffmpeg := ffmpegProgram(t)
	const source = "../../../testdata/recordings/sentence-01.wav"
	want := samplesOf(t, source)
	dir := t.TempDir()
	for _, name := range []string{"a.flac", "a.mp3", "a.m4a", "a.ogg", "a.opus", "adpcm.wav", "-v.mkv", "http:x.mp3"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			args := []string{"-nostdin", "-v", "error", "-i", source}
			if name == "adpcm.wav" {
				args = append(args, "-c:a", "adpcm_ms")
			}
			if out, err := exec.Command(ffmpeg, append(args, "file:"+path)...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			got := samplesOf(t, path)
			// Lossy formats add a frame or two, tenths of a second.
			if extra := len(got) - len(want); extra < -1600 || extra > 3200 {
				t.Errorf("%d samples, want %d", len(got), len(want))
			}
			if a, b := loudness(got), loudness(want); a < b/1.3 || a > b*1.3 {
				t.Errorf("mean square %.0f, want %.0f", a, b)
			}
		})
	}
}

func samplesOf(t *testing.T, path string) []int16 {
	t.Helper()
	samples, err := input.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

func loudness(samples []int16) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return sum / float64(len(samples))
}

// TestFFmpegRefuses checks that files without audio give a one-line error and
// that no URL inside a file is fetched.
func TestFFmpegRefuses(t *testing.T) {
	ffmpegProgram(t)
	dir := t.TempDir()
	for name, content := range map[string]string{
		"letter.txt": "This is a letter, and no recording.",
		"list.m3u8":  "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n",
		"zeros.mp3":  strings.Repeat("\x00", 5000),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := input.OpenFile(path)
		if err == nil || !strings.Contains(err.Error(), "neither WAV nor anything that ffmpeg can read") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFFmpegClosed checks that Close ends ffmpeg before the end of the file.
func TestFFmpegClosed(t *testing.T) {
	ffmpeg := ffmpegProgram(t)
	path := filepath.Join(t.TempDir(), "long.flac")
	if out, err := exec.Command(ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=60:r=16000", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	in, err := input.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Read(make([]int16, 10)); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	go func() { closed <- in.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("Close did not return")
	}
}
