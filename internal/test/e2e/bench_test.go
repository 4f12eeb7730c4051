package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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
			b.Errorf("the text comes %.2f s after the speech, want at most 1 s", latency)
		}
	}
}
