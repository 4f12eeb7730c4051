package cmdline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"

	"voiceflow/internal/config"
)

func (p *program) section() string { return strings.TrimPrefix(p.name, "vf-") }

// sections are the sections of the configuration file: the programs' names
// without "vf-".
var sections = []string{"record", "vad", "transcribe", "paste", "health"}

// sharedKeys are the keys that apply to all programs.
var sharedKeys = []string{"log-level", "log-file"}

// isKey reports whether the configuration file can set a flag: any flag that has
// an environment variable, except --config.
func (k knownFlag) isKey() bool { return k.Variable != "" && k.Key != "config" }

// keys returns the keys that the program accepts.
func (p *program) keys() (all []string) {
	for _, k := range p.flags {
		if k.isKey() {
			all = append(all, k.Key)
		}
	}
	return all
}

func (p *program) checkSetting(s config.Setting) error {
	i := slices.IndexFunc(p.flags, func(k knownFlag) bool { return k.Key == s.Key && k.isKey() })
	onlyFlag := slices.ContainsFunc(p.flags, func(k knownFlag) bool { return k.Key == s.Key && k.Variable == "" })
	switch {
	case s.Section != "" && !p.isSection(s.Section):
		return s.Errorf("unknown section [%s]%s; the sections are [record], [vad], [transcribe], [paste] and [health]",
			s.Section, similarSection(s.Section))
	case s.Section == "" && !slices.Contains(sharedKeys, s.Key):
		return s.Errorf("unknown key %q%s; only %s go at the top of the file, "+
			"all other keys in their program's section, such as [vad]",
			s.Key, similar(s.Key, sharedKeys), strings.Join(sharedKeys, " and "))
	case i < 0 && onlyFlag:
		return s.Errorf("--%s of %s is a flag only, not a key: use it on the command line", s.Key, p.name)
	case i < 0:
		return s.Errorf("unknown key %q%s; keys are named like the flags: see %s --help",
			s.Key, similar(s.Key, p.keys()), p.name)
	}
	kind := p.flags[i].Kind
	if len(s.Values) != 1 && kind != config.List {
		return s.Errorf("key %q takes one value, not a list", s.Key)
	}
	for _, v := range s.Values {
		err := kind.Check(v)
		if err == nil && p.flags[i].Path {
			_, err = config.ExpandHome(v)
		}
		if err != nil {
			return s.Errorf("key %q: %w", s.Key, err)
		}
	}
	return nil
}

// isSection reports whether name is the section of a program.
func (p *program) isSection(name string) bool {
	return name == p.section() || slices.Contains(sections, name)
}

// isPath reports whether the values of a key are paths.
func (p *program) isPath(key string) bool {
	return slices.ContainsFunc(p.flags, func(k knownFlag) bool { return k.Key == key && k.Path })
}

// similarSection suggests the section that a mistyped name may mean.
func similarSection(name string) string {
	if s := nearest(strings.TrimPrefix(strings.ToLower(name), "vf-"), sections, 0.8); s != "" {
		return fmt.Sprintf(" (did you mean [%s]?)", s)
	}
	return ""
}

// similar suggests a key that is nearly the same, if there is one.
func similar(key string, keys []string) string {
	if k := nearest(key, keys, 0.9); k != "" {
		return fmt.Sprintf(" (did you mean %q?)", k)
	}
	return ""
}

// nearest returns the name most similar to another, or "" if none has a
// Jaro-Winkler similarity above minimum, where 1 means equal.
func nearest(to string, names []string, minimum float64) (best string) {
	for _, name := range names {
		if l := smetrics.JaroWinkler(to, name, 0.7, 4); l > minimum {
			best, minimum = name, l
		}
	}
	return best
}

// applies reports whether the command being run, or one of its parents, has a
// flag that the key sets.
func applies(key string, ctx *cli.Context) bool {
	for _, c := range ctx.Lineage() {
		if c.Command == nil {
			continue
		}
		for _, f := range c.Command.Flags {
			if f.Names()[0] == key && !onlyFlag(f) {
				return true
			}
		}
	}
	return false
}
