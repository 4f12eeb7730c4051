// Package limits is the table of what a healthy pipeline keeps, whoever watches
// it: vf-transcribe its own memory, vf-health check recordings, vf-health monitor
// and dashboard the logs, and Prometheus (contrib/prometheus, which a test holds
// to this table) the results of the checks. What one of them alone looks at is
// there. Users can set other limits.
package limits

import "time"

// The limits. What is worse than the warning's is worth a look, what is worse
// than the critical one keeps people from working.
const (
	SpeedWarning  = 2 // audio time over processing time, at least
	SpeedCritical = 1

	LatencyWarning  = time.Second // from the end of speech to its text
	LatencyCritical = 2 * time.Second

	Processing = 2 * time.Second // of one utterance; critical

	MemoryWarning  = 400 // MB that a process grows by beyond its model
	MemoryCritical = 500

	CPUWarning  = 80 // percent of all processors
	CPUCritical = 95

	ErrorsWarning  = 0 // percent of the utterances that fail
	ErrorsCritical = 5
)
