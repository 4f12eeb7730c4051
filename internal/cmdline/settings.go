package cmdline

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
	"voiceflow/internal/exitcode"
)

// knownFlag is a flag of the program or one of its subcommands, with its default
// as the value.
type knownFlag struct {
	config.Effective
	names     []string // including aliases
	variables []string
}

// describe lists the flags of a command and its subcommands.
func (p *program) describe(c Command, path string) []knownFlag {
	var all []knownFlag
	for _, f := range c.Flags {
		all = append(all, p.describeFlag(f, path))
	}
	for _, sub := range c.Subcommands {
		all = append(all, p.describe(sub, strings.TrimSpace(path+" "+sub.Name))...)
	}
	return all
}

func (p *program) describeFlag(f cli.Flag, path string) knownFlag {
	k := knownFlag{names: f.Names(), Effective: config.Effective{
		Type: config.SettingType, Program: p.name, Command: path, Key: f.Names()[0], Origin: config.FromDefault,
	}}
	switch f := f.(type) {
	case *cli.StringFlag:
		k.Kind, k.Default, k.Otherwise, k.Usage, k.variables = config.Text, f.Value, f.DefaultText, f.Usage, f.EnvVars
		k.Path = f.TakesFile // ~ is expanded
	case *cli.StringSliceFlag:
		k.Kind, k.Otherwise, k.Usage, k.variables = config.List, f.DefaultText, f.Usage, f.EnvVars
		k.Path = f.TakesFile
		if f.Value != nil {
			k.Default = strings.Join(f.Value.Value(), ", ")
		}
	case *cli.IntFlag:
		k.Kind, k.Otherwise, k.Usage, k.variables = config.Whole, f.DefaultText, f.Usage, f.EnvVars
		k.Default = fmt.Sprint(f.Value)
	case *cli.Float64Flag:
		k.Kind, k.Otherwise, k.Usage, k.variables = config.Number, f.DefaultText, f.Usage, f.EnvVars
		k.Default = fmt.Sprint(f.Value)
	case *cli.DurationFlag:
		k.Kind, k.Otherwise, k.Usage, k.variables = config.Duration, f.DefaultText, f.Usage, f.EnvVars
		k.Default = f.Value.String()
	case *cli.BoolFlag:
		k.Kind, k.Otherwise, k.Usage, k.variables = config.Switch, f.DefaultText, f.Usage, f.EnvVars
		k.Default = fmt.Sprint(f.Value)
	}
	if k.Otherwise != "" {
		k.Default = "" // the default text describes it
	}
	if documented, is := f.(cli.DocGenerationFlag); is {
		_, k.Usage = splitUsage(documented)
	}
	if len(k.variables) > 0 {
		k.Variable = k.variables[0]
	}
	return k
}

// printSettings prints all settings with their effective values, or the mistakes
// in them.
func (p *program) printSettings(c Command, ctx *cli.Context) error {
	out := json.NewEncoder(Shown(p.env.Stdout))
	err := p.configure(ctx, p.allRuns(p.args))
	var profile Profile
	if err == nil && c.Profile != nil {
		profile, err = c.Profile(ctx)
	}
	if err != nil {
		return p.printProblem(err)
	}
	if err := out.Encode(p.inUse); err != nil {
		return err
	}
	if err := p.encodeProblems(config.WarningType, errors.Join(p.unused, p.warnings)); err != nil {
		return err
	}
	fromLine := p.flagsOnLine(ctx)
	for _, k := range p.flags {
		if !k.isKey() {
			continue
		}
		if err := out.Encode(p.effective(k, ctx, fromLine, profile)); err != nil {
			return err
		}
	}
	return nil
}

// printProblem prints the mistakes in the settings.
func (p *program) printProblem(err error) error {
	if err := p.encodeProblems(config.ProblemType, err); err != nil {
		return err
	}
	return Exit(exitcode.Usage, nil)
}

// encodeProblems prints one JSON line per mistake, with its flag and position.
func (p *program) encodeProblems(kind string, err error) error {
	out := json.NewEncoder(Shown(p.env.Stdout))
	for _, part := range unjoin(err) {
		problem := config.Problem{Type: kind, Error: part.Error()}
		if wrong := flagOf(part); wrong != nil {
			problem.Key = wrong.Flag
		}
		var at *config.PositionError
		if errors.As(part, &at) {
			problem.File, problem.Line, problem.Column = at.File, at.Line, at.Column
		}
		if m := (mistake{}); errors.As(part, &m) {
			problem.Key = m.Key
		}
		if err := out.Encode(problem); err != nil {
			return err
		}
	}
	return nil
}

// effective finds a setting's value and its origin. fromLine holds the names of
// the flags set on the command line.
func (p *program) effective(
	k knownFlag, ctx *cli.Context, fromLine map[string]bool, profile Profile,
) config.Effective {
	e := k.Effective
	e.Value = e.Default
	if slices.ContainsFunc(k.names, func(name string) bool { return fromLine[name] }) {
		e.Value, e.Origin = fmt.Sprint(ctx.Value(k.Key)), config.FromFlag
		if list := ctx.StringSlice(k.Key); list != nil {
			e.Value = strings.Join(list, ", ")
		}
		return e
	}
	for _, name := range k.variables {
		if v := os.Getenv(name); v != "" {
			e.Value, e.Origin, e.Place = k.expand(v), config.FromEnvironment, name
			return e
		}
	}
	if s, set := p.fromFile[k.Key]; set {
		e.Value, e.Origin, e.Place = k.expand(s.Values...), config.FromFile, s.Position.String()
		return e
	}
	if v, set := profile.Values[k.Key]; set {
		e.Value, e.Origin, e.Place = v, config.FromProfile, profile.Name
	}
	return e
}

// expand joins the values of a setting, with ~ expanded in paths.
func (k knownFlag) expand(values ...string) string {
	values = slices.Clone(values)
	for i, v := range values {
		if expanded, err := config.ExpandHome(v); k.Path && err == nil {
			values[i] = expanded
		}
	}
	return strings.Join(values, ", ")
}

// flagsOnLine returns the names of the flags set on the command line, as opposed
// to those set by environment variables.
func (p *program) flagsOnLine(ctx *cli.Context) map[string]bool {
	set := flag.NewFlagSet(p.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range ctx.App.Flags {
		_ = f.Apply(set) // cli has already done this without error
	}
	_ = set.Parse(p.args[1:])
	names := map[string]bool{}
	set.Visit(func(f *flag.Flag) { names[f.Name] = true })
	return names
}

// hasFlag reports whether the command line contains a boolean flag, even if cli
// gave up before reading all of it.
func (p *program) hasFlag(flag string) bool {
	return slices.ContainsFunc(p.args, func(arg string) bool {
		name, _, _ := strings.Cut(arg, "=")
		return name == "-"+flag || name == "--"+flag
	})
}

// Profile is a named set of values for settings that are not set otherwise.
type Profile struct {
	Name   string
	Values map[string]string // by flag name
}
