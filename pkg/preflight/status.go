package preflight

import "voiceflow/pkg/verdict"

// Status orders judgements from good to bad; see package verdict.
type Status = verdict.Status

// The judgements.
const (
	OK       = verdict.OK
	Warning  = verdict.Warning
	Critical = verdict.Critical
)
