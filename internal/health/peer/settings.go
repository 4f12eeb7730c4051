package peer

import (
	"encoding/json"
	"strings"

	"voiceflow/internal/config"
)

// Settings reads what a program wrote with --settings: its settings, or what is
// wrong with them. The error is that a line is of no known form, as those of
// another version may be.
func Settings(stdout string) (settings []config.Effective, problems []string, err error) {
	for line := range strings.Lines(stdout) {
		var entry struct {
			config.Effective
			Error string `json:"error"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			return nil, nil, err
		}
		switch entry.Type {
		case config.SettingType:
			settings = append(settings, entry.Effective)
		case config.ProblemType, config.WarningType:
			problems = append(problems, entry.Error)
		}
	}
	return settings, problems, nil
}

// InUse reads, of the same lines, which configuration the program works with;
// the zero value: it does not say, as one that refuses to work.
func InUse(stdout string) config.InUse {
	for line := range strings.Lines(stdout) {
		var entry config.InUse
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Type == config.InUseType {
			return entry
		}
	}
	return config.InUse{}
}
