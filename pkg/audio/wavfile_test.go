package audio_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	goaudio "github.com/go-audio/audio"
	"github.com/go-audio/wav"

	"voiceflow/pkg/audio"
)

func create(t *testing.T, path string) *audio.WAVFile {
	t.Helper()
	w, err := audio.CreateWAV(path)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func readFile(t *testing.T, path string) []int16 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := audio.NewWAVReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if r.Format() != mono16 {
		t.Errorf("format %+v", r.Format())
	}
	floats, err := readMono(r, 100)
	if err != nil {
		t.Error(err)
	}
	return audio.Int16(nil, floats)
}

// names lists a directory, including hidden files.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestWAVFile(t *testing.T) {
	for _, samples := range [][]int16{everyInt16(), {-5}, {}} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.wav")
		w := create(t, path)
		for portion := range slices.Chunk(samples, 1000) {
			if err := w.Write(portion); err != nil {
				t.Fatal(err)
			}
		}
		if got := names(t, dir); len(got) != 1 || !strings.HasPrefix(got[0], ".") {
			t.Errorf("files during the recording: %q", got)
		}
		for range 2 {
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Abort(); err != nil {
			t.Fatal(err)
		}
		if got := names(t, dir); !slices.Equal(got, []string{"a.wav"}) {
			t.Errorf("files after the recording: %q", got)
		}
		if got := readFile(t, path); !slices.Equal(got, samples) {
			t.Errorf("%d samples became %d", len(samples), len(got))
		}
		checkGoAudio(t, path, samples)
		if err := w.Write(samples); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("writing after Close: %v", err)
		}
	}
}

// checkGoAudio reads a recording with a third-party decoder.
func checkGoAudio(t *testing.T, path string, samples []int16) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.Size() != int64(44+2*len(samples)) {
		t.Errorf("the file has %d bytes; %v", info.Size(), err)
	}
	d := wav.NewDecoder(file)
	buf, err := d.FullPCMBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if d.SampleRate != 16000 || d.NumChans != 1 || d.BitDepth != 16 || len(buf.Data) != len(samples) {
		t.Errorf("%d Hz, %d channels, %d bits, %d samples", d.SampleRate, d.NumChans, d.BitDepth, len(buf.Data))
	}
	for i, s := range samples {
		if buf.Data[i] != int(s) {
			t.Fatalf("sample %d is %d, want %d", i, buf.Data[i], s)
		}
	}
}

func TestWAVReaderReadsGoAudio(t *testing.T) {
	for _, bits := range []int{8, 16, 24, 32} {
		path := filepath.Join(t.TempDir(), "a.wav")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		top := 1 << (bits - 1)
		data, zero := []int{-top, -top / 2, 0, top / 2}, 0
		if bits == 8 {
			zero = 128
		}
		buf := &goaudio.IntBuffer{Format: &goaudio.Format{NumChannels: 1, SampleRate: 22050}}
		for _, s := range data {
			buf.Data = append(buf.Data, s+zero)
		}
		e := wav.NewEncoder(file, 22050, bits, 1, 1)
		if err := errors.Join(e.Write(buf), e.Close(), file.Close()); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		checkMono(t, audio.Format{SampleRate: 22050, Channels: 1, BitsPerSample: bits}, b, []float64{-1, -0.5, 0, 0.5})
	}
}

func TestWAVFileReplaces(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a.wav"), filepath.Join(dir, "link.wav")
	if err := errors.Join(os.WriteFile(path, []byte("old"), 0o666), os.Symlink("a.wav", link)); err != nil {
		t.Fatal(err)
	}
	w := create(t, link)
	if err := errors.Join(w.Write([]int16{1}), w.Abort(), w.Abort(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); string(b) != "old" || len(names(t, dir)) != 2 {
		t.Errorf("after Abort the file contains %q, in a folder with %q", b, names(t, dir))
	}
	old, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	w = create(t, link)
	if err := errors.Join(w.Write([]int16{1, 2}), w.Close()); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, path); !slices.Equal(got, []int16{1, 2}) {
		t.Error(got)
	}
	if to, err := os.Readlink(link); to != "a.wav" {
		t.Errorf("the link points to %q, %v", to, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != old.Mode() {
		t.Errorf("permissions %v, want %v like any other file", info.Mode(), old.Mode())
	}
}

func TestCreateWAVRefuses(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"", dir, filepath.Join(dir, "none", "a.wav"), filepath.Join(dir, "b") + "/", "/dev/null"} {
		w, err := audio.CreateWAV(path)
		if err == nil {
			t.Errorf("%q was created: %v", path, w.Abort())
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
}

// blocked returns a file with one sample, and a folder in its way.
func blocked(t *testing.T, sample int16) (path string, w *audio.WAVFile) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a.wav")
	w = create(t, path)
	if err := errors.Join(w.Write([]int16{sample}), os.Mkdir(path, 0o777)); err != nil {
		t.Fatal(err)
	}
	return path, w
}

func TestWAVFileKeptWhenCloseFails(t *testing.T) {
	path, w := blocked(t, 3)
	dir := filepath.Dir(path)
	err := w.Close()
	left := names(t, dir)
	if err == nil || len(left) != 2 || !strings.Contains(err.Error(), left[0]) {
		t.Fatalf("%v, with %q", err, left)
	}
	if got := readFile(t, filepath.Join(dir, left[0])); !slices.Equal(got, []int16{3}) {
		t.Error(got)
	}
}
