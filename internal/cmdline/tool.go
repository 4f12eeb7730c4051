// Package cmdline holds what the five programs share: the command line with its
// environment variables and configuration file, logging, signals and exit codes.
// Only cmd/ imports it.
package cmdline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/config"
	"voiceflow/internal/exitcode"
)

// Run parses args, which start with the program's name, runs the command and
// returns its exit code. It does not exit or use the process's own streams. After
// the second interrupt it returns soon, even if the command is stuck, so the
// caller should exit.
func Run(c Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	fixEnvironment()
	signals := watchSignals(c.Monitor)
	defer signals.close()
	closed := new(closedOutput)
	if f, ok := stdout.(*os.File); ok && !streams.Writable(f) {
		stdout = closed
	}
	p := newProgram(c, &Env{
		Stdin: signals.reader(stdin), Stdout: stdout, Stderr: stderr,
		Log:     newLogger(c.Name, stderr, zerolog.InfoLevel, nil),
		Metrics: zerolog.Nop(),
		Context: signals.ctx, Stop: signals.stop, through: signals.reader, cut: signals.cut.Load,
		await: func(pending func() bool) { signals.pending.Store(&pending) },
		stdin: stdin, command: c,
	})
	p.args = args
	app := p.app(c, p.action)
	help := &checkedWriter{to: stdout}
	app.Writer = help
	p.args = flagsFirst(withValues(args, c.OptionalValues), app.Flags, c.Subcommands)
	p.env.args = p.args
	defer p.env.catchLibraries(c)()
	ended := make(chan int, 1)
	go func() { ended <- p.finish(app, app.RunContext(signals.ctx, p.args), closed, help) }()
	select {
	case code := <-ended:
		return code
	case <-signals.overdue:
		// The command, or the report of how it ended, is blocked and ends only with
		// the process.
		code := exitcode.Interrupted
		if c.Monitor {
			code = exitcode.Unknown
		}
		p.env.noteInterrupted(code)
		return code
	}
}

// program is a command being run.
type program struct {
	name     string
	command  Command
	env      *Env
	args     []string // command line, flags first
	flags    []knownFlag
	fromFile map[string]config.Setting // by key, only those for this program
	warnings error                     // mistakes in the settings that do not stop the program
	inUse    config.InUse              // where the settings come from
	unused   error                     // why the file was rejected, if the last good one is used
}

func newProgram(c Command, env *Env) *program {
	p := &program{name: c.Name, command: c, env: env}
	p.nameVariables(c, nil)
	p.flags = append(p.describe(c, ""), p.describe(Command{Flags: commonFlags()}, "")...)
	return p
}

// readSettings completes the flags of a command: paths, and values of the configuration file.
func (p *program) readSettings(ctx *cli.Context, c Command) error {
	if err := expandPaths(ctx); err != nil {
		return err
	}
	if c.Unconfigured {
		return nil
	}
	if err := p.configure(ctx, [][]string{p.args}); err != nil {
		return err
	}
	p.warnOfLastGood()
	return nil
}

// actions returns the action of a command. path is the full command, such as
// "vf-transcribe models list".
type actions func(path string, c Command) cli.ActionFunc

func (p *program) app(c Command, action actions) *cli.App {
	flags := append(slices.Clone(c.Flags), commonFlags()...)
	return &cli.App{
		Name: c.Name, Usage: c.Usage, ArgsUsage: c.ArgsUsage, Description: c.Description,
		Version: versionText(c.Details), Flags: flags,
		CustomAppHelpTemplate: p.help(c.Name, c, append(slices.Clone(flags), builtinFlags()...)),
		Writer:                p.env.Stdout, ErrWriter: p.env.Stderr,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true, // file names may contain commas
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              p.usageError(c.Name),
		Action:                    action(c.Name, c),
		Commands:                  p.subcommands(c.Name, c, action),
	}
}

// subcommands returns the subcommands of c, which path calls, with their own
// subcommands.
func (p *program) subcommands(path string, c Command, action actions) []*cli.Command {
	var subs []*cli.Command
	for _, sub := range c.Subcommands {
		path := path + " " + sub.Name
		subs = append(subs, &cli.Command{
			Name: sub.Name, Usage: sub.Usage, ArgsUsage: sub.ArgsUsage, Description: sub.Description,
			Flags: slices.Clone(sub.Flags), HideHelpCommand: true, OnUsageError: p.usageError(path),
			Action: action(path, sub), Subcommands: p.subcommands(path, sub, action),
			CustomHelpTemplate: p.help(path, sub, sub.Flags),
		})
	}
	return subs
}

// action wraps the action of a command to load the configuration and set up
// logging first.
func (p *program) action(path string, c Command) cli.ActionFunc {
	return func(ctx *cli.Context) error {
		first := ctx.Args().First()
		switch {
		case ctx.Bool("settings") && path == p.name:
			if err := expandPaths(ctx); err != nil {
				return p.env.report(p.printProblem(err))
			}
			return p.env.report(p.printSettings(c, ctx))
		case ctx.IsSet("docs") && path == p.name:
			return p.env.report(p.printDocs(ctx))
		case ctx.IsSet("completion") && path == p.name:
			return p.env.report(p.printCompletion(ctx))
		case c.Action == nil && first == "":
			return usage(path, errors.New("missing command"))
		case c.Action == nil:
			return usage(path, fmt.Errorf("unknown command %q%s", first, p.hint(ctx)))
		case c.ArgsUsage == "" && first != "":
			return usage(path, fmt.Errorf("unexpected argument %q%s", first, p.hint(ctx)))
		}
		if err := p.readSettings(ctx, c); err != nil {
			return Exit(exitcode.Usage, err)
		}
		if err := p.env.configureLog(ctx, p.name); err != nil {
			return Exit(exitcode.Usage, err)
		}
		if path == p.name && (c.Delegates == nil || !c.Delegates(ctx)) {
			p.env.file.Load().Begin(Version) // only for actual runs, not for subcommands
		}
		return p.env.report(c.Action(p.env, ctx))
	}
}
