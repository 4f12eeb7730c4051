package tool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/pkg/config"
)

// mistake is something wrong with a setting.
type mistake struct {
	at  config.Position
	err error
}

// judge finds all that is wrong with the settings of a file, alone and for runs
// of the program, a line for each; then what is wrong with the runs whatever the
// file says.
func (p *program) judge(ctx context.Context, settings []config.Setting, runs [][]string) error {
	var mistakes []mistake
	var usable []config.Setting
	for _, s := range settings {
		if err := p.checkSetting(s); err != nil {
			mistakes = append(mistakes, mistake{s.Position, err})
		} else {
			usable = append(usable, s)
		}
	}
	var others []error
	for _, run := range runs {
		found, left, err := p.blame(ctx, usable, run)
		mistakes, usable = append(mistakes, found...), left
		if err != nil && !slices.ContainsFunc(others, func(o error) bool { return o.Error() == err.Error() }) {
			others = append(others, err)
		}
	}
	slices.SortStableFunc(mistakes, func(a, b mistake) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line))
	})
	var all []error
	for _, m := range mistakes {
		all = append(all, fmt.Errorf("configuration: %w", m.err))
	}
	return errors.Join(append(all, others...)...)
}

// logMistake is a log that cannot be written: no reason not to work.
type logMistake struct{ error }

func (m logMistake) Unwrap() error { return m.error }

// onlyLog reports whether nothing is wrong but logs.
func onlyLog(err error) bool {
	if err == nil {
		return true
	}
	all := []error{err}
	if joined, is := err.(interface{ Unwrap() []error }); is {
		all = joined.Unwrap()
	}
	return !slices.ContainsFunc(all, func(err error) bool { return !errors.As(err, new(logMistake)) })
}

// allow takes what must not keep a run from its work out of a judgement; it is
// in p.warnings then.
func (p *program) allow(judgement error) error {
	p.warnings = nil
	if onlyLog(judgement) {
		p.warnings = judgement
		return nil
	}
	return judgement
}

// blame finds the settings that keep a run from beginning, and those that are
// left without them. The error is one that no setting is to blame for.
func (p *program) blame(ctx context.Context, settings []config.Setting, run []string) (found []mistake, left []config.Setting, err error) {
	for {
		err := p.try(ctx, settings, run)
		if err == nil {
			return found, settings, nil
		}
		culprit, is := p.culprit(ctx, settings, run, err.Error())
		if !is {
			return found, settings, err
		}
		found = append(found, mistake{culprit.Position, fmt.Errorf("%s: %w", culprit.Position, err)})
		settings = without(settings, culprit.Key)
	}
}

// culprit is the setting without which a message goes, or another comes; best
// one that it names. A run that goes wrong without any setting may have the
// value of one in its message, which makes that no culprit.
func (p *program) culprit(ctx context.Context, settings []config.Setting, run []string, message string) (config.Setting, bool) {
	alone := said(p.try(ctx, nil, run))
	for _, named := range []bool{true, false} {
		for _, s := range slices.Backward(settings) { // the last one of a key holds
			if strings.Contains(message, s.Key) != named {
				continue
			}
			after := said(p.try(ctx, without(settings, s.Key), run))
			byItself := after != "" && after == alone && (!named || strings.Contains(alone, s.Key))
			if after != message && !byItself {
				return s, true
			}
		}
	}
	return config.Setting{}, false
}

// said is an error's message; empty: none.
func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func without(settings []config.Setting, key string) []config.Setting {
	return slices.DeleteFunc(slices.Clone(settings), func(s config.Setting) bool { return s.Key == key })
}

// try goes with a run as far as its work, as if the file had those settings.
func (p *program) try(ctx context.Context, settings []config.Setting, run []string) error {
	app := p.app(p.command, func(_ string, c Command) cli.ActionFunc {
		return func(ctx *cli.Context) error {
			if err := expandPaths(ctx); err != nil {
				return err
			}
			if err := p.fill(ctx, settings); err != nil {
				return err
			}
			if err := checkLogLevel(ctx); err != nil {
				return err
			}
			if c.Check != nil {
				if err := c.Check(ctx); err != nil {
					return err
				}
			}
			return checkLog(ctx, p.name)
		}
	})
	app.Writer, app.ErrWriter = io.Discard, io.Discard
	return app.RunContext(ctx, run)
}

// allRuns are a run of the program and, with its flags, one of each of the
// subcommands that check theirs.
func (p *program) allRuns(run []string) [][]string {
	runs := [][]string{run}
	for _, c := range p.command.Subcommands {
		if c.Check != nil {
			runs = append(runs, append(slices.Clone(run), c.Name))
		}
	}
	return runs
}
