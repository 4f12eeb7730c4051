package bundle

import (
	"encoding/json"
	"strings"
)

// preflight makes the report about the machine safe. What was found keeps its
// paths, which are those of the configuration, and loses what is quoted: values
// that a program did not understand. What is found of the configuration is a
// message like any other; configuration.jsonl has its place and its key.
func (c *collector) preflight(said string) string {
	var report map[string]any
	if err := json.Unmarshal([]byte(said), &report); err != nil {
		c.note("vf-health preflight: its answer is no report")
		return ""
	}
	out, err := json.Marshal(c.found(report, c.unquoted))
	if err != nil {
		return ""
	}
	return string(out) + "\n"
}

// found makes all texts of a part of the report safe.
func (c *collector) found(part any, safe func(string) string) any {
	switch v := part.(type) {
	case string:
		return strings.ReplaceAll(safe(v), "\n", " ")
	case []any:
		for i := range v {
			v[i] = c.found(v[i], safe)
		}
	case map[string]any:
		about := v["name"]
		for key := range v {
			if found, isText := v[key].(string); isText && key == "found" && about == "configuration" {
				v[key] = c.message(found, "")
				continue
			}
			v[key] = c.found(v[key], safe)
		}
	}
	return part
}
