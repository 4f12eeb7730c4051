package main

import (
	"voiceflow/internal/health/check"
	"voiceflow/internal/health/report"
)

// completionWords are the words of flags and arguments for shell completion; see
// cmdline.Command.
func completionWords() map[string][]string {
	return map[string][]string{
		"preflight --for":      {"dictation", "files", "all"},
		"preflight --format":   {"text", "json"},
		"check --suite":        append(check.Suites(), "all"),
		"check --baseline":     {"save", "compare"},
		"check --format":       report.Formats(),
		"check --device":       {"auto", "cpu", "gpu"},
		"monitor --format":     {"text", "json"},
		"analyze --format":     {"text", "json", "html"},
		"config show --format": {"table", "json"},
	}
}
