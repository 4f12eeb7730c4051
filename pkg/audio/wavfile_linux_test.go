package audio_test

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"voiceflow/pkg/audio"
)

// limitFiles makes writes beyond size bytes fail, as on a full disk, until the
// returned function is called.
func limitFiles(t *testing.T, size uint64) (restore func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Fatal(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
}

func TestWAVFileOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.wav")
	w := create(t, path)
	samples := everyInt16()
	restore := limitFiles(t, 44+2*1500+1)
	werr := errors.Join(w.Write(samples[:1000]), w.Write(samples[1000:2000]))
	again := w.Write(samples)
	cerr := w.Close()
	restore()
	if !errors.Is(werr, syscall.EFBIG) || !strings.Contains(werr.Error(), path) || strings.Contains(werr.Error(), ".vf-") {
		t.Errorf("Write: %v", werr)
	}
	if again == nil || cerr != nil {
		t.Errorf("Write again: %v; Close: %v", again, cerr)
	}
	if got := readFile(t, path); !slices.Equal(got, samples[:1500]) {
		t.Errorf("%d samples were kept, want 1500", len(got))
	}
	checkGoAudio(t, path, samples[:1500])
}

// TestWAVFilePublishedOnFullDisk checks that the header is correct even before
// Close, which a killed program does not reach.
func TestWAVFilePublishedOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.wav")
	w := create(t, path)
	samples := everyInt16()
	restore := limitFiles(t, 44+2*1500)
	err := errors.Join(w.Write(samples[:1000]), w.Publish())
	full := w.Write(samples[1000:2000])
	restore()
	if err != nil || !errors.Is(full, syscall.EFBIG) {
		t.Errorf("%v, and with a full disk %v", err, full)
	}
	checkGoAudio(t, path, samples[:1500])
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	checkGoAudio(t, path, samples[:1500])
}

func TestCreateWAVOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	restore := limitFiles(t, 20)
	_, err := audio.CreateWAV(filepath.Join(dir, "a.wav"))
	restore()
	if !errors.Is(err, syscall.EFBIG) || len(names(t, dir)) != 0 {
		t.Errorf("%v, with %q left", err, names(t, dir))
	}
}

// TestOpenFile checks a recording into a file that the shell has opened (>c.wav).
func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := audio.CreateWAV(fmt.Sprint("/dev/fd/", f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Write([]int16{1, 2}), w.Publish(), w.Write([]int16{3}), w.Close()} {
		if err != nil {
			t.Error(err)
		}
	}
	if r, err := os.ReadFile(path); err != nil || len(r) != 50 || r[4] != 42 || r[40] != 6 || r[48] != 3 {
		t.Errorf("%v, %v", r, err)
	}
	if w, err = audio.CreateWAV(fmt.Sprint("/dev/fd/", f.Fd())); err == nil {
		t.Error("a second recording went into the same file")
		w.Close()
	}
}
