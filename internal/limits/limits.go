// Package limits defines the default limits of a healthy pipeline that several
// observers share: vf-transcribe watches its own memory, vf-health check examines
// recordings, vf-health monitor and dashboard the logs, and Prometheus the results
// of the checks (a test keeps contrib/prometheus in step). A limit that only one
// of them uses is defined with that one. Users can set other limits.
package limits

import "time"

// Default limits. Beyond a warning limit, something deserves a look; beyond a
// critical one, people cannot work.
const (
	SpeedWarning  = 2 // minimum of audio time / processing time
	SpeedCritical = 1

	LatencyWarning  = time.Second // from the end of speech to its text
	LatencyCritical = 2 * time.Second

	Processing = 2 * time.Second // of one utterance; critical

	MemoryWarning  = 400 // growth of a process beyond its model, in MB
	MemoryCritical = 500

	CPUWarning  = 80 // percent of all processors
	CPUCritical = 95

	ServerWaiting = 10 // requests that wait for a server; warning

	ErrorsWarning  = 0 // percent of utterances that fail
	ErrorsCritical = 5
)
