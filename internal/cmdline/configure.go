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

// configure sets, from the configuration file, the flags that neither the
// command line nor the environment sets. Keys that all programs share are at the
// top of the file; a program's own are in a section with its name without "vf-".
// It fails if the settings are wrong for any of the runs.
func (p *program) configure(ctx *cli.Context, runs [][]string) error {
	settings, err := p.readConfig(ctx, runs)
	if err != nil {
		return err
	}
	p.fromFile = map[string]config.Setting{}
	for _, s := range settings {
		p.fromFile[s.Key] = s // the last one wins
	}
	_, err = p.fill(ctx, settings)
	return err
}

// readConfig reads the configuration file. If the file in the usual place is
// broken, it falls back to the last one this program could use, and the user gets
// a warning. A file named by the user must be valid.
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
			// A read-only home must not stop the program.
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

// warnOfLastGood logs the mistakes in a rejected file and the path of the one
// used instead.
func (p *program) warnOfLastGood() {
	if p.inUse.Used != config.UsesLastGood {
		return
	}
	for _, part := range unjoin(p.unused) {
		p.env.Log.Error().EmbedObject(logrecord.ConfigMistake).Msg(part.Error())
	}
	p.env.Log.Warn().EmbedObject(logrecord.ConfigFallback).Msgf("using the last configuration that worked instead: %s; "+
		"fix the file, then check it with: vf-health config validate", p.inUse.File)
}

// use parses and checks this program's settings. err is the error from reading
// contents, if any.
func (p *program) use(
	ctx *cli.Context, contents []config.Content, err error, runs [][]string,
) ([]config.Setting, error) {
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

// fill sets the flags that nothing else sets. fromFile holds the settings it
// used, by key.
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
				v, _ = config.ExpandHome(v) // checkSetting has already rejected invalid paths
			}
			if err := ctx.Set(key, v); err != nil {
				wrong = append(wrong, &FlagError{Flag: key, Value: v, Reason: err.Error()})
			}
		}
	}
	return fromFile, errors.Join(wrong...)
}
