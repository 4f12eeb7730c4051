package bundle

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"voiceflow/pkg/program"
)

// known are the settings that the programs have: the kinds of the value of each.
// Only what is one of them, and of its kind, is shown.
type known struct {
	keys      map[string][]string // by section.key, of those at the top .key
	variables map[string][]string
}

// kinds are those that a key takes, nil where there is no such key. A key that
// several subcommands have can take several.
func (k known) kinds(section, key string) []string { return k.keys[section+"."+key] }

// otherVariables are those that a program does not tell with --settings: second
// names, and what is no setting.
func otherVariables() map[string][]string {
	return map[string][]string{
		"VOICEFLOW_CONFIG": {"text"}, "VOICEFLOW_ENV": {"text"}, "VOICEFLOW_MODEL": {"text"}, "VOICEFLOW_MODEL_URL": {"text"},
		"VOICEFLOW_BACKENDS": {"text"}, "VOICEFLOW_RECORD_DURATION": {"duration"},
	}
}

// settings asks the programs for theirs. The keys that all of them have may be
// at the top of the file.
func (c *collector) settings(ctx context.Context) known {
	k := known{keys: map[string][]string{}, variables: otherVariables()}
	shared := map[string]map[string]bool{} // by key: the programs that have it
	answers := 0
	for _, name := range program.All() {
		told, err := program.Known(ctx, versionTime, filepath.Join(c.Programs, name))
		if err != nil {
			c.note("settings: %v; their values are left out", err)
			continue
		}
		answers++
		for _, s := range told {
			add(k.keys, strings.TrimPrefix(name, "vf-")+"."+s.Key, s.Kind)
			add(k.variables, s.Variable, s.Kind)
			if shared[s.Key] == nil {
				shared[s.Key] = map[string]bool{}
			}
			shared[s.Key][name] = true
		}
	}
	for key, programs := range shared {
		if len(programs) == answers {
			k.keys["."+key] = k.keys[strings.TrimPrefix(anyOf(programs), "vf-")+"."+key]
		}
	}
	return k
}

func anyOf(set map[string]bool) string {
	for name := range set {
		return name
	}
	return ""
}

func add(to map[string][]string, name, kind string) {
	if name != "" && !slices.Contains(to[name], kind) {
		to[name] = append(to[name], kind)
	}
}

// fitsAny tells whether a value is of one of the kinds.
func fitsAny(kinds []string, value any) bool {
	return slices.ContainsFunc(kinds, func(kind string) bool { return fits(kind, value) })
}

// fits tells whether a value is of a kind, as the programs name them.
func fits(kind string, value any) bool {
	list, isList := value.([]any)
	switch value.(type) {
	case string, bool, int64, float64, []any:
	default:
		return false // a date, a table
	}
	s := fmt.Sprint(value)
	var err error
	switch kind {
	case "list":
		return !slices.ContainsFunc(list, func(one any) bool { return !fits("text", one) })
	case "text":
		return !isList
	case "switch":
		_, err = strconv.ParseBool(s)
	case "whole number":
		_, err = strconv.ParseInt(s, 0, strconv.IntSize)
	case "number":
		_, err = strconv.ParseFloat(s, 64)
	case "duration":
		_, err = time.ParseDuration(s)
	default:
		return false
	}
	return err == nil
}
