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

// sections are those of the configuration: the programs' names without "vf-".
var sections = []string{"record", "vad", "transcribe", "paste", "health"}

// sharedKeys are those that all programs have.
var sharedKeys = []string{"log-level", "log-file"}

// isKey tells whether a file can set a flag: it can where a variable can, but
// the file's own name.
func (k known) isKey() bool { return k.Variable != "" && k.Key != "config" }

// keys are those of the program's section.
func (p *program) keys() (all []string) {
	for _, k := range p.known {
		if k.isKey() {
			all = append(all, k.Key)
		}
	}
	return all
}

func (p *program) checkSetting(s config.Setting) error {
	i := slices.IndexFunc(p.known, func(k known) bool { return k.Key == s.Key && k.isKey() })
	onlyFlag := slices.ContainsFunc(p.known, func(k known) bool { return k.Key == s.Key && k.Variable == "" })
	switch {
	case s.Section != "" && !p.isSection(s.Section):
		return s.Errorf("unknown section [%s]%s; there are [record], [vad], [transcribe], [paste] and [health]",
			s.Section, similarSection(s.Section))
	case s.Section == "" && !slices.Contains(sharedKeys, s.Key):
		return s.Errorf("unknown key %q%s; at the top are the keys that all programs share, %s, "+
			"others in their program's section, such as [vad]",
			s.Key, similar(s.Key, sharedKeys), strings.Join(sharedKeys, " and "))
	case i < 0 && onlyFlag:
		return s.Errorf("--%s of %s is a flag and no key: give it on the command line", s.Key, p.name)
	case i < 0:
		return s.Errorf("unknown key %q%s; %s --help lists the flags, which are the keys",
			s.Key, similar(s.Key, p.keys()), p.name)
	}
	kind := p.known[i].Kind
	if len(s.Values) != 1 && kind != config.List {
		return s.Errorf("key %q takes one value, not a list", s.Key)
	}
	for _, v := range s.Values {
		err := kind.Check(v)
		if err == nil && p.known[i].path {
			_, err = config.ExpandHome(v)
		}
		if err != nil {
			return s.Errorf("key %q: %w", s.Key, err)
		}
	}
	return nil
}

// isSection reports whether a section is one of the programs'.
func (p *program) isSection(name string) bool {
	return name == p.section() || slices.Contains(sections, name)
}

// isPath reports whether the values of a key are paths.
func (p *program) isPath(key string) bool {
	return slices.ContainsFunc(p.known, func(k known) bool { return k.Key == key && k.path })
}

// similarSection proposes the section that a mistyped one means.
func similarSection(name string) string {
	if s := nearest(strings.TrimPrefix(strings.ToLower(name), "vf-"), sections, 0.8); s != "" {
		return fmt.Sprintf(", do you mean [%s]?", s)
	}
	return ""
}

// similar proposes a key where one is nearly the same.
func similar(key string, keys []string) string {
	if k := nearest(key, keys, 0.9); k != "" {
		return fmt.Sprintf(", do you mean %q?", k)
	}
	return ""
}

// nearest is the name that is most like another, if it is more than that much so
// by Jaro-Winkler's measure: 1 is equal.
func nearest(to string, names []string, likeness float64) (best string) {
	for _, name := range names {
		if l := smetrics.JaroWinkler(to, name, 0.7, 4); l > likeness {
			best, likeness = name, l
		}
	}
	return best
}

// applies tells whether the command being run, or one above it, has a flag that
// a key sets.
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
