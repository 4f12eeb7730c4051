package report

import (
	"encoding/json"
	"io"

	"voiceflow/internal/health/check"
)

// writeJSON writes one JSON document; docs/checks.md lists its fields.
func writeJSON(w io.Writer, r *check.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
