package preflight

import (
	"fmt"
	"strings"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

// Purpose is what the machine is to be ready for.
type Purpose string

// The purposes. Without a microphone and a window nobody dictates, but a server
// transcribes files: For [Files] the checks that only dictation needs are left
// out, and for [All] what only dictation lacks is a warning at most.
const (
	Dictation Purpose = "dictation"
	Files     Purpose = "files"
	All       Purpose = "all"
)

// Purposes lists what a user can choose from.
func Purposes() []Purpose { return []Purpose{Dictation, Files, All} }

// Check is one judgement.
type Check struct {
	Name   string         `json:"name"`
	Status verdict.Status `json:"status"`
	Found  string         `json:"found"`            // one line
	Remedy string         `json:"remedy,omitempty"` // a command to paste, or what to do in words; empty where all is well
	Advice string         `json:"advice,omitempty"` // what goes with a command, in words

	dictation bool // only dictation needs it
}

// Report is what [Run] found, in the order in which one would mend it.
type Report struct {
	For    Purpose        `json:"for"`
	Status verdict.Status `json:"status"` // the worst
	Checks []Check        `json:"checks"`
}

// newReport holds the checks to the purpose, and takes control characters out
// of what programs and devices call themselves.
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

// Summary is the verdict in one line, as monitors read it.
func (r Report) Summary() string {
	var names []string
	for _, wanted := range []verdict.Status{verdict.Critical, verdict.Warning} {
		for _, c := range r.Checks {
			if c.Status == wanted {
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

// oneLine keeps control characters, line ends among them, from the terminal.
func oneLine(s string) string {
	return strings.Join(strings.Fields(prose.Line(s)), " ")
}

func good(name, format string, args ...any) Check {
	return Check{Name: name, Found: fmt.Sprintf(format, args...)}
}

// bad has a remedy that is words alone, or a command with the words that go with it
// on a second line.
func bad(name string, s verdict.Status, remedy, format string, args ...any) Check {
	remedy, advice, _ := strings.Cut(remedy, "\n")
	return Check{Name: name, Status: s, Remedy: remedy, Advice: advice, Found: fmt.Sprintf(format, args...)}
}

// forDictation marks checks that only dictation needs.
func forDictation(checks ...Check) []Check {
	for i := range checks {
		checks[i].dictation = true
	}
	return checks
}
