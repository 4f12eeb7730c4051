package cmdline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
	"voiceflow/internal/logrecord"
)

// configure fills the flags that neither the command line nor the environment
// sets from the configuration file: keys that all programs share at the top, the
// program's own in a section named as it is without "vf-". What it makes of the
// runs must be right.
func (p *program) configure(ctx *cli.Context, runs [][]string) error {
	settings, err := p.readConfig(ctx, runs)
	if err != nil {
		return err
	}
	p.fromFile = map[string]config.Setting{}
	for _, s := range settings {
		p.fromFile[s.Key] = s // the last one holds
	}
	_, err = p.fill(ctx, settings)
	return err
}

// readConfig reads the configuration file. A file in the usual place that has
// become useless is replaced by the last one that this program could use, which
// the user is told; one that the user names must be right.
func (p *program) readConfig(ctx *cli.Context, runs [][]string) ([]config.Setting, error) {
	path, named := ctx.String("config"), ctx.IsSet("config")
	if !named {
		path = config.DefaultFile()
	}
	place, err := config.NewPlace(path, os.Getenv("VOICEFLOW_ENV"))
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	contents, err := place.Read()
	p.inUse = config.InUse{Type: config.InUseType, Used: config.UsesFile, File: path}
	if errors.Is(err, fs.ErrNotExist) && !named {
		p.inUse.Used, p.inUse.File = config.UsesNone, ""
		return nil, p.allow(p.judge(ctx.Context, nil, runs))
	}
	settings, err := p.use(ctx, contents, err, runs)
	if named {
		return settings, err
	}
	store := config.DefaultStore()
	if err == nil {
		if !store.Kept(p.name, place, contents) && onlyLog(p.judge(ctx.Context, settings, p.allRuns([]string{p.name}))) {
			// A home where nothing can be written is no reason not to work.
			_ = store.Keep(p.name, place, contents)
		}
		return settings, nil
	}
	if good, found := store.LastGood(p.name, place); found {
		contents, goodErr := good.Read()
		if settings, goodErr = p.use(ctx, contents, goodErr, runs); goodErr == nil {
			p.inUse.Used, p.inUse.File = config.UsesLastGood, good.File
			p.unused = err
			return settings, nil
		}
	}
	return nil, err
}

// warnOfLastGood says what is wrong with a file that is not used, and what is
// used instead.
func (p *program) warnOfLastGood() {
	if p.inUse.Used != config.UsesLastGood {
		return
	}
	for _, part := range each(p.unused) {
		p.env.Log.Error().EmbedObject(logrecord.ConfigMistake).Msg(part.Error())
	}
	p.env.Log.Warn().EmbedObject(logrecord.ConfigFallback).Msgf("the last configuration that worked is used instead, %s; "+
		"fix the file and test it with vf-health config validate", p.inUse.File)
}

// use takes the settings for this program from what was read, if it could be
// read, and judges them.
func (p *program) use(ctx *cli.Context, contents []config.Content, err error, runs [][]string) ([]config.Setting, error) {
	var all, own []config.Setting
	if err == nil {
		all, err = config.ParseAll(contents)
	}
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	for _, s := range all {
		if s.Section == "" || s.Section == p.section() || !p.isSection(s.Section) {
			own = append(own, s)
		}
	}
	return own, p.allow(p.judge(ctx.Context, own, runs))
}

// fill sets the flags that nothing else sets; fromFile has the settings that it
// takes, by their keys.
func (p *program) fill(ctx *cli.Context, settings []config.Setting) (fromFile map[string]config.Setting, err error) {
	last := map[string]config.Setting{}
	for _, s := range settings {
		last[s.Key] = s
	}
	fromFile = map[string]config.Setting{}
	var wrong []error
	for key, s := range last {
		if !applies(key, ctx) || ctx.IsSet(key) {
			continue
		}
		fromFile[key] = s
		for _, v := range s.Values {
			if p.isPath(key) {
				v, _ = config.ExpandHome(v) // checkSetting has refused what cannot be expanded
			}
			if err := ctx.Set(key, v); err != nil {
				wrong = append(wrong, &FlagError{Flag: key, Value: v, Reason: err.Error()})
			}
		}
	}
	return fromFile, errors.Join(wrong...)
}
