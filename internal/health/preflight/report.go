package preflight

import (
	"fmt"
	"strings"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

// Purpose is what the machine should be ready for.
type Purpose string

// The purposes. Dictation needs a microphone and a window; a server transcribes
// files without them. For [Files], checks that only dictation needs are skipped,
// and for [All], they are at most a warning.
const (
	Dictation Purpose = "dictation"
	Files     Purpose = "files"
	All       Purpose = "all"
)

// Purposes returns all purposes.
func Purposes() []Purpose { return []Purpose{Dictation, Files, All} }

// Check is the result of one check.
type Check struct {
	Name   string         `json:"name"`
	Status verdict.Status `json:"status"`
	Found  string         `json:"found"`            // one line
	Remedy string         `json:"remedy,omitempty"` // a command to paste, or what to do in words; empty if OK
	Advice string         `json:"advice,omitempty"` // words that accompany a command

	dictation bool // only dictation needs it
}

// Report is the result of [Run], in the order in which to fix things.
type Report struct {
	For    Purpose        `json:"for"`
	Status verdict.Status `json:"status"` // the worst
	Checks []Check        `json:"checks"`
}

// newReport adapts the checks to the purpose, and removes control characters,
// which may be in the names of devices.
func newReport(purpose Purpose, checks []Check) Report {
	r := Report{For: purpose, Checks: []Check{}}
	for _, c := range checks {
		if c.dictation && purpose == Files {
			continue
		}
		if c.dictation && purpose == All {
			c.Status = min(c.Status, verdict.Warning)
		}
		c.Found, c.Remedy, c.Advice = oneLine(c.Found), oneLine(c.Remedy), oneLine(c.Advice)
		r.Checks = append(r.Checks, c)
		r.Status = max(r.Status, c.Status)
	}
	return r
}

// Summary returns the verdict in one line, for monitoring systems.
func (r Report) Summary() string {
	var names []string
	for _, status := range []verdict.Status{verdict.Critical, verdict.Warning} {
		for _, c := range r.Checks {
			if c.Status == status {
				names = append(names, c.Name)
			}
		}
	}
	purpose := string(r.For)
	if r.For == All {
		purpose = "dictation and files"
	}
	if len(names) == 0 {
		return fmt.Sprintf("VOICEFLOW %s: ready for %s, %d checks", r.Status, purpose, len(r.Checks))
	}
	return fmt.Sprintf("VOICEFLOW %s: %d of %d checks for %s: %s",
		r.Status, len(names), len(r.Checks), purpose, strings.Join(names, ", "))
}

// oneLine removes control characters, including line breaks.
func oneLine(s string) string {
	return strings.Join(strings.Fields(prose.Line(s)), " ")
}

func good(name, format string, args ...any) Check {
	return Check{Name: name, Found: fmt.Sprintf(format, args...)}
}

// bad returns a failed check. The remedy is either words, or a command with
// optional advice on a second line.
func bad(name string, s verdict.Status, remedy, format string, args ...any) Check {
	remedy, advice, _ := strings.Cut(remedy, "\n")
	return Check{Name: name, Status: s, Remedy: remedy, Advice: advice, Found: fmt.Sprintf(format, args...)}
}

// forDictation marks checks as needed for dictation only.
func forDictation(checks ...Check) []Check {
	for i := range checks {
		checks[i].dictation = true
	}
	return checks
}
