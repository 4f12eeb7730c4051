package bundle

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"voiceflow/internal/config"
	"voiceflow/internal/health/peer"
)

// configLine is a line about a program's configuration: which one it uses, or a
// mistake in it.
type configLine struct {
	Program string      `json:"program"`
	Type    string      `json:"type"`
	Used    config.Used `json:"used,omitempty"`
	Key     string      `json:"key,omitempty"` // known keys only
	File    string      `json:"file,omitempty"`
	Line    int         `json:"line,omitempty"`
	Column  int         `json:"column,omitempty"`
	Message string      `json:"message,omitempty"` // a stand-in
}

// configuration adds what the programs report, in typed lines, about the
// configuration they use.
func (c *collector) configuration(ctx context.Context, settings knownSettings) {
	args := []string{"--settings"}
	if c.ConfigFile != "" {
		args = append(args, "--config", c.ConfigFile)
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	for _, name := range peer.All() {
		answer, err := c.ask(ctx, versionTime, name, args...)
		if err != nil {
			continue // c.settings has noted it
		}
		for line := range strings.Lines(answer.Stdout) {
			if safe, ok := c.configLine(name, line, settings); ok {
				_ = out.Encode(safe) // writing to a buffer cannot fail
			}
		}
	}
	if b.Len() > 0 {
		c.add("configuration.jsonl", "which configuration the programs use, and where it has mistakes", b.Bytes())
	}
}

// configLine makes a line safe; ok is false if the line is about something else.
func (c *collector) configLine(name, line string, settings knownSettings) (safe configLine, ok bool) {
	var raw struct {
		config.Problem
		Used config.Used `json:"used"`
	}
	if json.Unmarshal([]byte(line), &raw) != nil {
		return configLine{}, false
	}
	safe = configLine{Program: name, Type: raw.Type, Line: raw.Line, Column: raw.Column}
	switch raw.Type {
	case config.InUseType:
		if slices.Contains([]config.Used{config.UsesNone, config.UsesFile, config.UsesLastGood}, raw.Used) {
			safe.Used = raw.Used
		}
	case config.ProblemType, config.WarningType:
		safe.Message = c.message(raw.Error, raw.File)
		if section := strings.TrimPrefix(name, "vf-"); settings.kinds(section, raw.Key) != nil {
			safe.Key = raw.Key
		}
		if base := filepath.Base(raw.File); knownConfig(base) {
			safe.File = base
		} else {
			safe.File = c.file(raw.File)
		}
	default:
		return configLine{}, false
	}
	return safe, true
}
