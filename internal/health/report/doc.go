// Package report writes a check.Report in several formats: text for people, cron
// mails and monitoring plug-ins, which read its first line; JSON for programs;
// Prometheus for the node exporter's text file collector; JUnit for CI servers.
package report

import (
	"fmt"
	"io"
	"strings"

	"voiceflow/internal/health/check"
)

// Formats lists the formats that Write accepts.
func Formats() []string { return []string{"text", "json", "prometheus", "junit"} }

// Write writes a report in one of the Formats, ending with a newline.
func Write(w io.Writer, format string, r *check.Report) error {
	switch format {
	case "text":
		return writeText(w, r)
	case "json":
		return writeJSON(w, r)
	case "prometheus":
		return writePrometheus(w, r)
	case "junit":
		return writeJUnit(w, r)
	}
	return fmt.Errorf("unknown format %q; use one of: %s", format, strings.Join(Formats(), ", "))
}
