package metrics

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/service"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/limits"
)

// ServerProgram is the name of a transcription server among the programs.
const ServerProgram = "server"

// AddServer adds the state of a transcription server, nil if there is none: as the first of
// the programs, and as alerts.
func (s *Snapshot) AddServer(r *service.Reading) {
	if r == nil {
		return
	}
	s.Alerts = append(s.Alerts, serverAlerts(r)...)
	if r.Err != nil {
		return
	}
	s.Processes = slices.Insert(s.Processes, 0, Process{
		Program: ServerProgram, Started: r.Started, Last: time.Now(), Model: strings.Join(r.Models, ", "), Device: r.Device,
		Degraded: r.Degraded, Utterances: r.Decodings, Failures: r.Errors, Queue: r.Waiting,
		Refreshes: r.Refreshes, MemoryMB: r.MemoryMB,
	})
}

func serverAlerts(r *service.Reading) (alerts []Alert) {
	if r.Err != nil {
		return []Alert{{"server", verdict.Critical, r.Err.Error(),
			"run systemctl --user status voiceflow-transcribe, or start vf-transcribe --listen", 0, 0}}
	}
	if r.Waiting > limits.ServerWaiting {
		alerts = append(alerts, Alert{"queue", verdict.Warning, fmt.Sprintf("%d requests wait for the server", r.Waiting),
			"use a smaller model, raise --jobs, or share the work among machines; see docs/server.md",
			float64(r.Waiting), limits.ServerWaiting})
	}
	if n := len(r.Degraded); n > 0 {
		alerts = append(alerts, Alert{"degraded", verdict.Warning,
			"the server is running with less than requested: " + strings.Join(r.Degraded, ", "),
			"look at the errors in its log, fix the device, then restart it", float64(n), 0})
	}
	return alerts
}
