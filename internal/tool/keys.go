package tool

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"

	"voiceflow/pkg/config"
)

func (p *program) section() string { return strings.TrimPrefix(p.name, "vf-") }

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
	case s.Section == "" && !slices.Contains(sharedKeys, s.Key):
		return fmt.Errorf("%s: unknown key %q%s; at the top are the keys that all programs share, %s, others in their program's section, such as [vad]",
			s.Position, s.Key, similar(s.Key, sharedKeys), strings.Join(sharedKeys, " and "))
	case i < 0 && onlyFlag:
		return fmt.Errorf("%s: --%s of %s is a flag and no key: give it on the command line", s.Position, s.Key, p.name)
	case i < 0:
		return fmt.Errorf("%s: unknown key %q%s; %s --help lists the flags, which are the keys", s.Position, s.Key, similar(s.Key, p.keys()), p.name)
	}
	kind := p.known[i].Kind
	if len(s.Values) != 1 && kind != config.List {
		return fmt.Errorf("%s: key %q takes one value, not a list", s.Position, s.Key)
	}
	for _, v := range s.Values {
		if err := kind.Check(v); err != nil {
			return fmt.Errorf("%s: key %q: %w", s.Position, s.Key, err)
		}
	}
	return nil
}

// similar proposes a key where one is nearly the same.
func similar(key string, keys []string) string {
	best, likeness := "", 0.9 // Jaro-Winkler: 1 is equal
	for _, k := range keys {
		if l := smetrics.JaroWinkler(key, k, 0.7, 4); l > likeness {
			best, likeness = k, l
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", do you mean %q?", best)
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
