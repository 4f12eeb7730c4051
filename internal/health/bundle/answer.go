package bundle

import (
	"encoding/json"
	"strings"
)

// preflight makes the report about the machine safe. Findings keep their paths,
// which come from the configuration, but lose quoted parts: values that a program
// did not understand. A finding about the configuration is replaced by a stand-in;
// configuration.jsonl has its place and key.
func (c *collector) preflight(output string) string {
	var report map[string]any
	if err := json.Unmarshal([]byte(output), &report); err != nil {
		c.note("vf-health preflight: its output is not a report")
		return ""
	}
	out, err := json.Marshal(c.finding(report, c.unquoted))
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
		check := v["name"]
		for key := range v {
			if text, ok := v[key].(string); ok && key == "found" && check == "configuration" {
				v[key] = c.message(text, "")
				continue
			}
			v[key] = c.finding(v[key], safe)
		}
	}
	return part
}
