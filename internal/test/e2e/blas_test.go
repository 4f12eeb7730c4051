package e2e

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/event"
)

// transcripts runs vf-transcribe on files and returns the transcripts.
func transcripts(t *testing.T, args ...string) []*event.Transcript {
	t.Helper()
	cmd := exec.Command("vf-transcribe", args...)
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("vf-transcribe %v: %v: %s", args, err, &log)
	}
	var all []*event.Transcript
	for in := event.NewReader(strings.NewReader(string(out))); in.Scan(); {
		switch r := in.Record().(type) {
		case *event.Transcript:
			all = append(all, r)
		case *event.End:
			if r.Transcripts != len(all) || r.Incomplete {
				t.Fatalf("vf-transcribe %v: after %d transcripts: %+v", args, len(all), r)
			}
		default:
			t.Fatalf("vf-transcribe %v: %s", args, out)
		}
	}
	return all
}

func texts(all []*event.Transcript) (texts []string) {
	for _, tr := range all {
		texts = append(texts, tr.Text)
	}
	return texts
}

// TestBLAS compares OpenBLAS with ggml's own matrix products and attention: the
// words and the confidence of each segment are the same. The windows have 512
// frames, so that ggml processes no padding.
func TestBLAS(t *testing.T) {
	t.Parallel()
	sentences, err := filepath.Glob(recording("sentence-*"))
	if err != nil || len(sentences) != 10 {
		t.Fatalf("%d sentences, %v", len(sentences), err)
	}
	args := append([]string{"--device", "cpu", "--audio-ctx", "512"}, sentences...)
	with, without := transcripts(t, append([]string{"--blas", "on"}, args...)...), transcripts(t, append([]string{"--blas", "off"}, args...)...)
	if !slices.Equal(texts(with), texts(without)) {
		t.Fatalf("with %q\nwithout %q", texts(with), texts(without))
	}
	for i := range with {
		if with[i].Device != "CPU, OpenBLAS" || without[i].Device != "CPU" {
			t.Errorf("devices %q and %q", with[i].Device, without[i].Device)
		}
		for j, s := range with[i].Segments {
			// The model's weights are rounded to 8 bits, and ggml rounds the
			// activations as well.
			if other := without[i].Segments[j]; math.Abs(s.AvgLogprob-other.AvgLogprob) > 0.05 {
				t.Errorf("%s: mean log probability %.3f with, %.3f without", with[i].File, s.AvgLogprob, other.AvgLogprob)
			}
		}
	}
}

// TestBLASJobs: however the processors are shared, the text and its probabilities
// are the same to the last digit.
func TestBLASJobs(t *testing.T) {
	t.Parallel()
	files := []string{recording("timing-rapid"), recording("sentence-03"), recording("sentence-08")}
	var want []byte
	for _, shares := range [][]string{{"-j", "1", "-t", "1"}, {"-j", "1", "-t", "2"}, {"-j", "2", "-t", "1"}, {"-j", "3", "-t", "3"}} {
		all := transcripts(t, append(append([]string{"--blas", "on"}, shares...), files...)...)
		for _, tr := range all {
			tr.ProcessingSeconds, tr.SpeedFactor = 0, 0
		}
		got, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if string(got) != string(want) {
			t.Errorf("%v:\n%s\nwant\n%s", shares, got, want)
		}
	}
}

// TestBLASMissing: if OpenBLAS is missing or invalid, everything works as usual,
// unless --blas on asks for it.
func TestBLASMissing(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"/usr/lib/*/openblas-*/libopenblas.so.0", "/usr/lib64/libopenblas?.so.0", "/usr/lib/libopenblas.so.0"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			t.Skipf("the system has OpenBLAS: %s", found)
		}
	}
	backends := t.TempDir()
	built, err := filepath.Glob(filepath.Join(os.Getenv("VOICEFLOW_BACKENDS"), "libggml-cpu*"))
	if err != nil || len(built) == 0 {
		t.Skipf("libwhisper has no separate backends: %v", err)
	}
	for _, file := range built {
		if err := os.Symlink(file, filepath.Join(backends, filepath.Base(file))); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{"missing": "", "another file": "no library"} {
		if content != "" {
			if err := os.WriteFile(filepath.Join(backends, "libopenblas.so.0"), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		all := transcripts(t, "--device", "cpu", "--backends", backends, recording("sentence-01"))
		if len(all) != 1 || all[0].Device != "CPU" || all[0].Text != "my brother will call you tomorrow morning" {
			t.Errorf("%s: %+v", name, all)
		}
		cmd := exec.Command("vf-transcribe", "--device", "cpu", "--blas", "on", "--backends", backends, recording("sentence-01"))
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 10 || !strings.Contains(string(out), "libopenblas0-openmp") {
			t.Errorf("%s, with --blas on: exit code %d, %s", name, code, out)
		}
	}
}
