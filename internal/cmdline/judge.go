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

// mistake is an error in a setting of the configuration file.
type mistake struct {
	config.Setting
	err error // includes the position in the file
}

func (m mistake) Error() string { return fmt.Sprintf("configuration: %v", m.err) }

func (m mistake) Unwrap() error { return m.err }

// judge finds all mistakes in the settings of a file, on their own and in
// combination with runs of the program, followed by the mistakes in the runs that
// do not come from the file. The error has one line per mistake.
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
			if !slices.ContainsFunc(mistakes, func(o mistake) bool { return sameText(o.err, m.err) }) {
				mistakes = append(mistakes, m)
			}
		}
		for _, err := range unblamed {
			if !slices.ContainsFunc(others, func(o error) bool { return sameText(o, err) }) {
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

// sameText reports whether two errors read the same, as when two runs find the
// same mistake.
func sameText(a, b error) bool { return a.Error() == b.Error() }

// logMistake means that the log file cannot be written, which must not stop the
// program.
type logMistake struct{ error }

func (m logMistake) Unwrap() error { return m.error }

// onlyLog reports whether err holds nothing but logMistakes.
func onlyLog(err error) bool {
	return !slices.ContainsFunc(unjoin(err), func(err error) bool { return !errors.As(err, new(logMistake)) })
}

// allow turns a judgement that must not stop a run into p.warnings.
func (p *program) allow(judgement error) error {
	p.warnings = nil
	if onlyLog(judgement) {
		p.warnings = judgement
		return nil
	}
	return judgement
}

// blame finds the mistakes in a run and separates those caused by settings of the
// file from the others.
func (p *program) blame(ctx context.Context, settings []config.Setting, run []string) (
	found []mistake, others []error,
) {
	fromFile, err := p.dryRun(ctx, settings, run)
	for _, err := range unjoin(err) {
		if s, is := culprit(err, fromFile); is {
			found = append(found, mistake{s, s.Errorf("%w", err)})
		} else {
			others = append(others, err)
		}
	}
	return found, others
}

// culprit returns the setting of the file that caused an error, and false if none
// did.
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

// dryRun performs all checks of a run, as if the file had these settings, and
// stops before the actual work. fromFile holds the settings that the run takes
// from the file, by key.
func (p *program) dryRun(ctx context.Context, settings []config.Setting, run []string) (
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

// allRuns returns the run itself and, with the same flags, a run of each
// subcommand that has a Check.
func (p *program) allRuns(run []string) [][]string {
	runs := [][]string{run}
	for _, c := range p.command.Subcommands {
		if c.Check != nil {
			runs = append(runs, append(slices.Clone(run), c.Name))
		}
	}
	return runs
}
