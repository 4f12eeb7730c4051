// Package report writes a check.Report for those who read it: people and cron
// mails (text, whose first line monitoring plug-ins read), programs (JSON),
// Prometheus (the node exporter's text file collector) and CI servers (JUnit).
package report

import (
	"fmt"
	"io"
	"strings"

	"voiceflow/internal/health/check"
)

// Formats are the names that Write knows.
func Formats() []string { return []string{"text", "json", "prometheus", "junit"} }

// Write writes a report in a format. It ends with a newline.
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
	return fmt.Errorf("unknown format %q; there are %s", format, strings.Join(Formats(), ", "))
}
