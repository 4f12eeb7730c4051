// Package verdict defines the verdicts of checks, as monitoring systems expect
// them.
package verdict

import (
	"fmt"

	"voiceflow/internal/exitcode"
)

// Status is a verdict. Higher is worse; the values are the exit codes that
// monitoring systems expect.
type Status int

// The verdicts, from good to bad.
const (
	OK       Status = exitcode.Healthy
	Warning  Status = exitcode.Warning
	Critical Status = exitcode.Critical
)

func (s Status) String() string { return [...]string{"OK", "WARNING", "CRITICAL"}[s] }

// MarshalText returns the name of the status.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText sets the status from its name.
func (s *Status) UnmarshalText(text []byte) error {
	for _, status := range []Status{OK, Warning, Critical} {
		if status.String() == string(text) {
			*s = status
			return nil
		}
	}
	return fmt.Errorf("unknown status %q; use OK, WARNING or CRITICAL", text)
}
