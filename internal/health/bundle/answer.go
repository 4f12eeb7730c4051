package bundle

import (
	"encoding/json"
	"slices"
	"strings"
)

// preflight makes the report about the machine safe. Findings lose quoted parts,
// which are values that a program did not understand, what the user has chosen and
// all parts of paths that are not common. Findings about the configuration and about
// sound, which name devices, are replaced by stand-ins; configuration.jsonl has the
// place and key of mistakes.
func (c *collector) preflight(output string) string {
	var report map[string]any
	if err := json.Unmarshal([]byte(output), &report); err != nil {
		c.note("vf-health preflight: its output is not a report")
		return ""
	}
	out, err := json.Marshal(c.finding(report, func(s string) string { return c.paths(c.private(c.unquoted(s))) }))
	if err != nil {
		return ""
	}
	return string(out) + "\n"
}

// finding makes all texts in a part of the report safe.
func (c *collector) finding(part any, safe func(string) string) any {
	switch v := part.(type) {
	case string:
		return strings.ReplaceAll(safe(v), "\n", " ")
	case []any:
		for i := range v {
			v[i] = c.finding(v[i], safe)
		}
	case map[string]any:
		check, _ := v["name"].(string)
		for key := range v {
			if text, ok := v[key].(string); ok && key == "found" && slices.Contains(replacedFindings(), check) {
				v[key] = c.message(text, "")
				continue
			}
			v[key] = c.finding(v[key], safe)
		}
	}
	return part
}

// replacedFindings returns the checks of preflight whose findings are replaced.
func replacedFindings() []string { return []string{"configuration", "microphone", "sound output"} }
