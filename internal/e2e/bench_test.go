package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/wer"
)

// sentences are the ten recordings and their words.
func sentences(b *testing.B) (files []string, words string) {
	b.Helper()
	files, err := filepath.Glob(recording("sentence-*"))
	if err != nil || len(files) != 10 {
		b.Fatalf("%d sentences, %v", len(files), err)
	}
	for _, f := range files {
		text, err := os.ReadFile(strings.TrimSuffix(f, ".wav") + ".txt")
		if err != nil {
			b.Fatal(err)
		}
		words += string(text)
	}
	return files, words
}

func timed(b *testing.B, name string, args ...string) (string, time.Duration) {
	b.Helper()
	cmd := exec.Command(name, args...)
	started := time.Now()
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%v: %v", cmd.Args, err)
	}
	return string(out), time.Since(started)
}

// BenchmarkBesideWhisperCLI runs vf-transcribe and whisper-cli in turn over the
// ten sentences: same library, same model, same machine, same minute.
func BenchmarkBesideWhisperCLI(b *testing.B) {
	cli := os.Getenv("WHISPER_CLI")
	if cli == "" {
		b.Skip("WHISPER_CLI does not name whisper.cpp's own program; make bench stages it")
	}
	model := filepath.Join(root, "testdata/model/vf-demo.en.bin")
	files, truth := sentences(b)
	ours := filepath.Join(plain(b), "vf-transcribe")
	for name, options := range map[string][2][]string{
		"defaults": {nil, nil},
		"greedy":   {{"--beam-size", "1", "--audio-ctx", "full"}, {"-bs", "1", "-bo", "1"}},
		"beam5":    {{"--beam-size", "5", "--audio-ctx", "full"}, {"-bs", "5"}},
	} {
		b.Run(name, func(b *testing.B) {
			var ratios []float64
			var mine, theirs wer.Result
			for b.Loop() {
				out, took := timed(b, ours, slices.Concat([]string{"-m", model, "-f", "text"}, options[0], files)...)
				mine = wer.Compare(truth, out)
				args := slices.Concat([]string{"-m", model, "-np"}, options[1])
				for _, f := range files {
					args = append(args, "-f", f)
				}
				out, theirTook := timed(b, cli, args...)
				theirs = wer.Compare(truth, withoutTimes(out))
				ratios = append(ratios, float64(theirTook)/float64(took))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "times-as-fast")
			b.ReportMetric(100*mine.Rate(), "%words-wrong")
			b.ReportMetric(100*theirs.Rate(), "%words-wrong-whisper-cli")
			if mine.Rate() > theirs.Rate()+0.01 {
				b.Errorf("ours %+v, whisper-cli %+v", mine, theirs)
			}
		})
	}
}

// withoutTimes takes "[00:00:00.240 --> 00:00:02.320]" from each line.
func withoutTimes(out string) string {
	var text []string
	for line := range strings.Lines(out) {
		if _, rest, found := strings.Cut(line, "]"); found {
			line = rest
		}
		text = append(text, line)
	}
	return strings.Join(text, " ")
}

// BenchmarkLatency replays all recordings in real time through the pipeline and
// reports the median time from the end of an utterance's speech to its text.
func BenchmarkLatency(b *testing.B) {
	health := filepath.Join(plain(b), "vf-health")
	for b.Loop() {
		out, _ := timed(b, health, "check", "--realtime", filepath.Join(root, "testdata/recordings"))
		last := out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:]
		var audio, processing, factor, wrong, latency float64
		if _, err := fmt.Sscanf(strings.TrimSpace(last), "all %f %f %f %f %% %f", &audio, &processing, &factor, &wrong, &latency); err != nil {
			b.Fatalf("%v in %q", err, last)
		}
		b.ReportMetric(latency, "s-latency")
		if latency > 1 {
			b.Errorf("text %.2f s after the speech", latency)
		}
	}
}
