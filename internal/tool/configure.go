package tool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"

	"voiceflow/pkg/config"
)

// configure fills the flags that neither the command line nor the environment
// sets from the configuration file: keys that all programs share at the top, the
// program's own in a section named as it is without "vf-".
func (p *program) configure(ctx *cli.Context) error {
	settings, err := p.readConfig(ctx)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	p.fromFile = map[string]config.Setting{}
	for _, s := range settings {
		if s.Section == "" || s.Section == p.section() {
			p.fromFile[s.Key] = s // the last one holds
		}
	}
	for key, s := range p.fromFile {
		if !applies(key, ctx) || ctx.IsSet(key) {
			continue
		}
		for _, v := range s.Values {
			if err := ctx.Set(key, v); err != nil {
				return fmt.Errorf("configuration: %s: key %q: %w", s.Position, key, err)
			}
		}
	}
	return nil
}

// readConfig reads the configuration file. A file in the usual place that has
// become useless is replaced by the last one that this program could use, which
// the user is told; one that the user names must be right.
func (p *program) readConfig(ctx *cli.Context) ([]config.Setting, error) {
	path, named := ctx.String("config"), ctx.IsSet("config")
	if !named {
		path = config.DefaultFile()
	}
	place, err := config.NewPlace(path, os.Getenv("VOICEFLOW_ENV"))
	if err != nil {
		return nil, err
	}
	settings, err := p.load(place)
	store := config.DefaultStore()
	switch {
	case named:
		return settings, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err == nil:
		// A home where nothing can be written is no reason not to work.
		_ = store.Keep(p.name, place)
		return settings, nil
	}
	good, found := store.LastGood(p.name, place)
	if !found {
		return nil, err
	}
	settings, goodErr := p.load(good)
	if goodErr != nil {
		return nil, err
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		p.env.Log.Error().Msg("configuration: " + line)
	}
	p.env.Log.Warn().Msgf("the last configuration that worked is used instead, %s; mend the file and test it with vf-health config validate", good.File)
	return settings, nil
}

// load reads a configuration and finds all that is wrong with what is for this
// program, a line for each.
func (p *program) load(place config.Place) ([]config.Setting, error) {
	settings, err := place.Load()
	if err != nil {
		return nil, err
	}
	for _, s := range settings {
		if s.Section == "" || s.Section == p.section() {
			err = errors.Join(err, p.checkSetting(s))
		}
	}
	return settings, err
}

func (p *program) section() string { return strings.TrimPrefix(p.name, "vf-") }

// notKeys are flags that a file cannot set, sharedKeys those that all programs
// have.
var (
	notKeys    = []string{"config", "help", "version", "settings"}
	sharedKeys = []string{"log-level", "log-file"}
)

// keys are those of the program's section.
func (p *program) keys() (all []string) {
	for _, k := range p.known {
		if !slices.Contains(notKeys, k.Key) {
			all = append(all, k.Key)
		}
	}
	return all
}

func (p *program) checkSetting(s config.Setting) error {
	i := slices.IndexFunc(p.known, func(k known) bool { return k.Key == s.Key })
	switch {
	case s.Section == "" && !slices.Contains(sharedKeys, s.Key):
		return fmt.Errorf("%s: unknown key %q%s; at the top are the keys that all programs share, %s, others in their program's section, such as [vad]",
			s.Position, s.Key, similar(s.Key, sharedKeys), strings.Join(sharedKeys, " and "))
	case i < 0 || slices.Contains(notKeys, s.Key):
		return fmt.Errorf("%s: unknown key %q%s; %s --help lists the flags, which are the keys", s.Position, s.Key, similar(s.Key, p.keys()), p.name)
	}
	kind := p.known[i].Kind
	if len(s.Values) != 1 && kind != kindList {
		return fmt.Errorf("%s: key %q takes one value, not a list", s.Position, s.Key)
	}
	for _, v := range s.Values {
		if err := checkValue(kind, v); err != nil {
			return fmt.Errorf("%s: key %q: %w", s.Position, s.Key, err)
		}
	}
	return nil
}

// checkValue tells whether a flag of a kind takes a value.
func checkValue(kind, value string) error {
	var err error
	expected := ""
	switch kind {
	case kindSwitch:
		_, err = strconv.ParseBool(value)
		expected = "true or false"
	case kindWhole:
		_, err = strconv.ParseInt(value, 0, strconv.IntSize)
		expected = "a whole number without unit"
	case kindNumber:
		_, err = strconv.ParseFloat(value, 64)
		expected = "a number without unit"
	case kindDuration:
		_, err = time.ParseDuration(value)
		expected = `a time with its unit, such as "400ms" or "2s"`
	}
	if err != nil {
		return fmt.Errorf("%q is not %s", value, expected)
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

// applies tells whether the command being run, or one above it, has a flag.
func applies(key string, ctx *cli.Context) bool {
	for _, c := range ctx.Lineage() {
		if c.Command == nil {
			continue
		}
		for _, f := range c.Command.Flags {
			if f.Names()[0] == key {
				return true
			}
		}
	}
	return false
}
