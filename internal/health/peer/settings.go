package peer

import (
	"encoding/json"
	"strings"

	"voiceflow/internal/config"
)

// Settings parses the output of --settings: a program's settings and the problems
// with them. It returns an error for a line that is not valid JSON, as another
// version may write.
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

// InUse parses which configuration the program uses from the same output. It
// returns the zero value if there is none, as from a program that refused to run.
func InUse(stdout string) config.InUse {
	for line := range strings.Lines(stdout) {
		var entry config.InUse
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Type == config.InUseType {
			return entry
		}
	}
	return config.InUse{}
}
