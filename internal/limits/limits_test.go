package limits

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestPrometheus checks that the alerting rules use the same limits.
func TestPrometheus(t *testing.T) {
	rules, err := os.ReadFile("../../contrib/prometheus/voiceflow.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	speed := `voiceflow_check_value{check="speed",subject=""}`
	want := map[string]string{
		"ProcessingSlow":         fmt.Sprintf(`voiceflow_check_seconds{check="latency",suite="performance"} > %g`, Processing.Seconds()),
		"SlowerThanSpeech":       fmt.Sprintf(`%s < %d`, speed, SpeedCritical),
		"HardlyFasterThanSpeech": fmt.Sprintf(`%s < %d and %s >= %d`, speed, SpeedWarning, speed, SpeedCritical),
		"Memory":                 fmt.Sprintf(`voiceflow_check_bytes{check="growth"} > %d * 1024 * 1024`, MemoryWarning),
		"CPU":                    fmt.Sprintf(`voiceflow_check_ratio{check="cpu"} > %g`, CPUWarning/100.),
		"Errors":                 fmt.Sprintf(`voiceflow_check_ratio{check="errors"} > %g`, ErrorsCritical/100.),
		"Latency":                fmt.Sprintf(`voiceflow_check_seconds{check="latency",suite="timing",subject=""} > %g`, LatencyWarning.Seconds()),
	}
	alerts := regexp.MustCompile(`- alert: Voiceflow(\w+)\n\s+expr: (.*)\n`).FindAllStringSubmatch(string(rules), -1)
	for _, a := range alerts {
		if strings.HasPrefix(a[1], "Check") {
			continue // uses the verdict of the check and has no limit
		}
		if a[2] != want[a[1]] {
			t.Errorf("%s: %s, not %s", a[1], a[2], want[a[1]])
		}
		delete(want, a[1])
	}
	if len(want) > 0 {
		t.Errorf("no rule for %v", want)
	}
}

// TestDocumented checks that the docs give the same limits.
func TestDocumented(t *testing.T) {
	for file, rows := range map[string][]string{
		"checks.md": {
			fmt.Sprintf("| `speed-factor` | %d:%d |", SpeedWarning, SpeedCritical),
			fmt.Sprintf("| `latency` | %v:%v |", LatencyWarning, LatencyCritical),
			fmt.Sprintf("| `memory` | %dMB:%dMB |", MemoryWarning, MemoryCritical),
			fmt.Sprintf("| `cpu` | %d%%:%d%% |", CPUWarning, CPUCritical),
			fmt.Sprintf("| `error-rate` | %d%%:%d%% |", ErrorsWarning, ErrorsCritical),
		},
		"monitoring.md": {
			fmt.Sprintf("takes more than %g s to recognise", Processing.Seconds()),
			fmt.Sprintf("median speed factor below %d: slower than speech", SpeedCritical),
			fmt.Sprintf("| speed, warning | below %d |", SpeedWarning),
			fmt.Sprintf("more than %g s from end of speech to text, on average", LatencyWarning.Seconds()),
			fmt.Sprintf("grown by more than %d MB beyond its model", MemoryWarning),
			fmt.Sprintf("more than %d %% of all processors", CPUWarning),
			fmt.Sprintf("more than %d %% of the items failed", ErrorsCritical),
		},
		"formats.md": {fmt.Sprintf("`--memory-warn` [%d MB] and `--memory-limit` [%d MB]", MemoryWarning, MemoryCritical)},
	} {
		text, err := os.ReadFile("../../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if !strings.Contains(string(text), row) {
				t.Errorf("docs/%s lacks %q", file, row)
			}
		}
	}
}
