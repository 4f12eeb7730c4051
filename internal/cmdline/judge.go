package cmdline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
)

// mistake is something wrong with a setting of the file.
type mistake struct {
	config.Setting
	err error // with the place
}

func (m mistake) Error() string { return fmt.Sprintf("configuration: %v", m.err) }

func (m mistake) Unwrap() error { return m.err }

// judge finds all that is wrong with the settings of a file, alone and for runs
// of the program, a line for each; then what is wrong with the runs whatever the
// file says.
func (p *program) judge(ctx context.Context, settings []config.Setting, runs [][]string) error {
	var mistakes []mistake
	var usable []config.Setting
	for _, s := range settings {
		if err := p.checkSetting(s); err != nil {
			mistakes = append(mistakes, mistake{s, err})
		} else {
			usable = append(usable, s)
		}
	}
	var others []error
	for _, run := range runs {
		found, unblamed := p.blame(ctx, usable, run)
		for _, m := range found {
			if !slices.ContainsFunc(mistakes, func(o mistake) bool { return same(o.err, m.err) }) {
				mistakes = append(mistakes, m)
			}
		}
		for _, err := range unblamed {
			if !slices.ContainsFunc(others, func(o error) bool { return same(o, err) }) {
				others = append(others, err)
			}
		}
	}
	slices.SortStableFunc(mistakes, func(a, b mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	var all []error
	for _, m := range mistakes {
		all = append(all, m)
	}
	return errors.Join(append(all, others...)...)
}

// same reports whether two runs found the same mistake.
func same(a, b error) bool { return a.Error() == b.Error() }

// logMistake is a log that cannot be written: no reason not to work.
type logMistake struct{ error }

func (m logMistake) Unwrap() error { return m.error }

// onlyLog reports whether nothing is wrong but logs.
func onlyLog(err error) bool {
	return !slices.ContainsFunc(each(err), func(err error) bool { return !errors.As(err, new(logMistake)) })
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

// blame sorts what is wrong with a run: mistakes of the file's settings, and what
// no setting is to blame for.
func (p *program) blame(ctx context.Context, settings []config.Setting, run []string) (
	found []mistake, others []error,
) {
	fromFile, err := p.try(ctx, settings, run)
	for _, err := range each(err) {
		if s, is := culprit(err, fromFile); is {
			found = append(found, mistake{s, s.Errorf("%w", err)})
		} else {
			others = append(others, err)
		}
	}
	return found, others
}

// culprit is the setting that an error is about; false: it is about none of the
// file's.
func culprit(err error, fromFile map[string]config.Setting) (config.Setting, bool) {
	wrong := flagOf(err)
	if wrong == nil {
		return config.Setting{}, false
	}
	for _, flag := range append([]string{wrong.Flag}, wrong.Others...) {
		if s, is := fromFile[flag]; is {
			return s, true
		}
	}
	return config.Setting{}, false
}

// try goes with a run as far as its work, as if the file had those settings, and
// finds all that is wrong. fromFile has the settings that the run takes from the
// file, by their keys.
func (p *program) try(ctx context.Context, settings []config.Setting, run []string) (
	fromFile map[string]config.Setting, err error,
) {
	app := p.app(p.command, func(_ string, c Command) cli.ActionFunc {
		return func(ctx *cli.Context) (err error) {
			if err := expandPaths(ctx); err != nil {
				return err
			}
			if fromFile, err = p.fill(ctx, settings); err != nil {
				return err
			}
			wrong := []error{checkLogLevel(ctx)}
			if c.Check != nil {
				wrong = append(wrong, c.Check(ctx))
			}
			return errors.Join(append(wrong, checkLog(ctx, p.name))...)
		}
	})
	app.Writer, app.ErrWriter = io.Discard, io.Discard
	err = app.RunContext(ctx, run)
	return fromFile, err
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
