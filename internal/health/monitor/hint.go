package monitor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/prose"
)

// Empty reports whether there is nothing to show.
func Empty(s metrics.Snapshot) bool { return len(s.Processes) == 0 && len(s.Problems) == 0 }

// Nothing returns a hint on what to do if a folder has no logs, or none with lines
// newer than since.
func Nothing(folder string, since time.Duration) string {
	logs, err := logrecord.Find(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "The logs in " + prose.Line(folder) + " cannot be read."
	}
	isOther := func(path string) bool { return !strings.HasPrefix(filepath.Base(path), "vf-health") }
	if slices.ContainsFunc(logs, isOther) {
		return fmt.Sprintf(`Nothing was logged to %s in the last %s.

To look further back, run: vf-health monitor --since %s`, prose.Line(folder), since, further(since))
	}
	return "There are no logs in " + prose.Line(folder) + ` yet.

Set log-file in the configuration (vf-health config init does that) and dictate
something. If the logs are elsewhere, run: vf-health monitor --logs FOLDER`
}

// further returns a longer time than since: a day, a week, or twice as long.
func further(since time.Duration) string {
	for _, d := range []time.Duration{24 * time.Hour, 7 * 24 * time.Hour} {
		if since < d {
			return fmt.Sprintf("%.0fh", d.Hours())
		}
	}
	return fmt.Sprintf("%.0fh", 2*since.Hours())
}
