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

// configured is a line about the configuration of a program: which one it works
// with, or a mistake in it, as far as that is typed.
type configured struct {
	Program string      `json:"program"`
	Type    string      `json:"type"`
	Used    config.Used `json:"used,omitempty"`
	Key     string      `json:"key,omitempty"` // one that programs have
	File    string      `json:"file,omitempty"`
	Line    int         `json:"line,omitempty"`
	Column  int         `json:"column,omitempty"`
	Message string      `json:"message,omitempty"` // what stands for it
}

// configuration is what the programs say, in typed lines, of the configuration
// that they work with.
func (c *collector) configuration(ctx context.Context, known known) {
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
			if said, is := c.configured(name, line, known); is {
				_ = out.Encode(said) // a buffer takes everything
			}
		}
	}
	if b.Len() > 0 {
		c.add("configuration.jsonl", "which configuration the programs use, and where it has mistakes", b.Bytes())
	}
}

// configured makes a line safe; false: it is about something else.
func (c *collector) configured(name, line string, known known) (configured, bool) {
	var said struct {
		config.Problem
		Used config.Used `json:"used"`
	}
	if json.Unmarshal([]byte(line), &said) != nil {
		return configured{}, false
	}
	safe := configured{Program: name, Type: said.Type, Line: said.Line, Column: said.Column}
	switch said.Type {
	case config.InUseType:
		if slices.Contains([]config.Used{config.UsesNone, config.UsesFile, config.UsesLastGood}, said.Used) {
			safe.Used = said.Used
		}
	case config.ProblemType, config.WarningType:
		safe.Message = c.message(said.Error, said.File)
		if section := strings.TrimPrefix(name, "vf-"); known.kinds(section, said.Key) != nil {
			safe.Key = said.Key
		}
		if base := filepath.Base(said.File); configName.MatchString(base) {
			safe.File = base
		} else {
			safe.File = c.file(said.File)
		}
	default:
		return configured{}, false
	}
	return safe, true
}
