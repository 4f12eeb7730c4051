package bundle

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"voiceflow/internal/config"
	"voiceflow/internal/health/peer"
)

// knownSettings holds the programs' settings, with the kinds of value that each
// takes. Only known settings with a value of the right kind are shown.
type knownSettings struct {
	keys      map[string][]config.Kind // by "section.key"; ".key" at the top level
	variables map[string][]config.Kind
	texts     map[string]texts // by "section.key", and by variable
}

// kinds returns the kinds of value that a key takes; nil if there is no such key. A
// key may take several if several subcommands have it.
func (k knownSettings) kinds(section, key string) []config.Kind { return k.keys[section+"."+key] }

// otherVariables returns the variables that the programs do not list with
// --settings: aliases, and variables that are not settings.
func otherVariables() map[string][]config.Kind {
	return map[string][]config.Kind{
		"VOICEFLOW_CONFIG": {config.Text}, "VOICEFLOW_ENV": {config.Text},
		"VOICEFLOW_MODEL": {config.Text}, "VOICEFLOW_MODEL_URL": {config.Text}, "VOICEFLOW_MODEL_TOKEN": {config.Text},
		"VOICEFLOW_BACKENDS": {config.Text}, "VOICEFLOW_RECORD_DURATION": {config.Duration},
	}
}

// otherTexts returns the texts of otherVariables.
func otherTexts() map[string]texts {
	return map[string]texts{
		"VOICEFLOW_CONFIG": {path: true}, "VOICEFLOW_MODEL": {path: true}, "VOICEFLOW_BACKENDS": {path: true},
		"VOICEFLOW_ENV": {words: variants()},
	}
}

// variants returns names of configurations that people often use.
func variants() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields("production development staging test testing local default old backup") {
		words[word] = true
	}
	return words
}

// settings asks the programs for their settings. Keys that all of them have may be
// at the top level of the file.
func (c *collector) settings(ctx context.Context) knownSettings {
	k := knownSettings{keys: map[string][]config.Kind{}, variables: otherVariables(), texts: otherTexts()}
	shared := map[string]map[string]bool{} // by key: the programs that have it
	answers := 0
	for _, name := range peer.All() {
		settings, err := peer.DefaultSettings(ctx, versionTime, filepath.Join(c.Programs, name))
		if err != nil {
			c.note("settings of %s: %s; their values are left out", name, c.reason(err))
			continue
		}
		answers++
		for _, s := range settings {
			add(k.keys, strings.TrimPrefix(name, "vf-")+"."+s.Key, s.Kind)
			add(k.variables, s.Variable, s.Kind)
			for _, name := range []string{strings.TrimPrefix(name, "vf-") + "." + s.Key, "." + s.Key, s.Variable} {
				k.texts[name] = k.texts[name].join(textsOf(s))
			}
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

func add(to map[string][]config.Kind, name string, kind config.Kind) {
	if name != "" && !slices.Contains(to[name], kind) {
		to[name] = append(to[name], kind)
	}
}

// either lists the kinds.
func either(kinds []config.Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, " or ")
}

// fitsAny reports whether a value is of one of the kinds.
func fitsAny(kinds []config.Kind, value any) bool {
	return slices.ContainsFunc(kinds, func(kind config.Kind) bool { return fits(kind, value) })
}

// fits reports whether a value is of a kind.
func fits(kind config.Kind, value any) bool {
	list, _ := value.([]any)
	switch value.(type) {
	case string, bool, int64, float64:
		return kind.Check(fmt.Sprint(value)) == nil
	case []any:
		return kind == config.List && !slices.ContainsFunc(list, func(one any) bool { return !fits(config.Text, one) })
	}
	return false // a date, a table
}
