package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/internal/prose"
)

// Check is one run of vf-health check.
type Check struct {
	Time    time.Time `json:"time"`
	Status  string    `json:"status"` // OK, WARNING, CRITICAL, UNKNOWN
	Failed  []string  `json:"failed"` // what was wrong, the worst first; at most failedShown
	Summary string    `json:"summary"`
}

// How much of the history of checks is shown.
const (
	keptChecks     = 30
	failedShown    = 3
	maxChecksBytes = 1 << 20
)

// checks holds the latest entries of the history of checks.
type checks struct {
	path string
	info os.FileInfo
	last []Check // latest first
}

// read reads the file again if it has changed. It skips lines that are not checks,
// such as one still being written.
func (c checks) read() checks {
	info, err := os.Stat(c.path)
	if err != nil {
		return checks{path: c.path}
	}
	if c.info != nil && os.SameFile(info, c.info) &&
		info.Size() == c.info.Size() && info.ModTime().Equal(c.info.ModTime()) {
		return c
	}
	f, err := openfile.Regular(c.path)
	if err != nil {
		return checks{path: c.path}
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-maxChecksBytes), maxChecksBytes))
	if err != nil {
		return checks{path: c.path}
	}
	found := checks{path: c.path, info: info}
	for line := range bytes.Lines(data) {
		if check, ok := parseCheck(line); ok {
			found.last = append(found.last, check)
		}
	}
	found.last = found.last[max(0, len(found.last)-keptChecks):]
	slices.Reverse(found.last)
	return found
}

// parseCheck reads a line leniently: it uses four of the many fields, and the
// status may be a word or an exit code.
func parseCheck(line []byte) (Check, bool) {
	var fields struct {
		Time    time.Time `json:"time"`
		Status  any       `json:"status"`
		Summary any       `json:"summary"`
		// Findings are read on their own, so that unexpected ones do not hide the verdict.
		Findings json.RawMessage `json:"findings"`
	}
	if json.Unmarshal(line, &fields) != nil || fields.Time.IsZero() {
		return Check{}, false
	}
	check := Check{Time: fields.Time, Status: "UNKNOWN", Failed: failed(fields.Findings)}
	status := strings.ToUpper(fmt.Sprint(fields.Status))
	for code, name := range []string{"OK", "WARNING", "CRITICAL"} {
		if status == name || status == fmt.Sprint(code) {
			check.Status = name
		}
	}
	if text, ok := fields.Summary.(string); ok {
		check.Summary = prose.Line(text)
	}
	return check, true
}

// failed returns the worst findings in words.
func failed(list json.RawMessage) []string {
	var findings []struct {
		Status  string `json:"status"`
		Subject string `json:"subject"`
		What    string `json:"what"`
	}
	worst := []string{}
	if json.Unmarshal(list, &findings) != nil {
		return worst
	}
	more := 0
	for _, status := range []string{"CRITICAL", "WARNING"} {
		for _, f := range findings {
			what := f.What
			if f.Subject != "" {
				what = f.Subject + ": " + what
			}
			switch {
			case f.Status != status || f.What == "":
			case len(worst) == failedShown:
				more++
			default:
				worst = append(worst, prose.Line(what))
			}
		}
	}
	if more > 0 {
		worst = append(worst, "and "+prose.Count(more, "more finding"))
	}
	return worst
}
