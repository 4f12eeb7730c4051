// Package verdict is the judgement that checks end in, as monitors expect it.
package verdict

import (
	"fmt"

	"voiceflow/internal/exitcode"
)

// Status orders judgements from good to bad; its numbers are the exit codes
// that monitors expect.
type Status int

// The judgements.
const (
	OK       Status = exitcode.Healthy
	Warning  Status = exitcode.Warning
	Critical Status = exitcode.Critical
)

func (s Status) String() string { return [...]string{"OK", "WARNING", "CRITICAL"}[s] }

// MarshalText gives the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Status) UnmarshalText(text []byte) error {
	for _, known := range []Status{OK, Warning, Critical} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("%q is no status: OK, WARNING or CRITICAL", text)
}
