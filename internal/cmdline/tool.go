// Package cmdline is what the five programs have in common: the command line with
// its environment variables and configuration file, logging, signals, and one
// table of exit codes. Only cmd/ imports it.
package cmdline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"syscall"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/config"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
)

// Version of the programs.
const Version = "0.1.0"

// Command describes a program, or one of its subcommands.
type Command struct {
	Name        string // vf-..., or the subcommand's
	Usage       string // one line
	ArgsUsage   string // what the arguments are; empty: it takes none
	Description string
	Flags       []cli.Flag
	Subcommands []Command
	Action      func(*Env, *cli.Context) error // nil where a subcommand must be given

	// Check finds all that is wrong with the flags' values, a [FlagError] per
	// mistake, joined. It looks at nothing else: it also runs where only the
	// configuration file is tested. Nil: nothing is wrong. Profile, of a program, is
	// what flags are without being set.
	Check   func(*cli.Context) error
	Profile func(*cli.Context) (Profile, error)

	// OnlyFlags are the names of flags, of the command and its subcommands, that
	// have neither an environment variable nor a key of the configuration file:
	// those by which several subcommands mean different things.
	OnlyFlags []string

	// Instead has, of a program, for flags that similar programs have and it has
	// not, what to do instead, such as "use -f srt".
	Instead map[string]string

	// Reads is how a program that takes no arguments is given a file: by "<" or
	// by a flag.
	Reads string

	// Unconfigured leaves the configuration file alone: for what must work when
	// that is broken.
	Unconfigured bool

	// Monitor answers as monitors expect: 0 OK, 1 WARNING, 2 CRITICAL, both by
	// Exit without an error, and 3 UNKNOWN for every error.
	Monitor bool

	// StatusLine is for a subcommand of a Monitor whose text begins with VOICEFLOW
	// and the verdict: errors get such a line, too, on standard output, unless
	// --format asks for another form.
	StatusLine bool
}

// Env is a program's view of the world while it runs.
type Env struct {
	Stdin  io.Reader // ends early after SIGTERM; fails once Context has ended
	Stdout io.Writer // data only
	Stderr io.Writer // for what must reach a person and is no log line
	Log    zerolog.Logger
	// Metrics takes what each utterance cost. It writes to the log file, if
	// there is one, and to Stderr at the log levels that ask for it.
	Metrics zerolog.Logger

	Context context.Context // ends with the second interrupt
	Stop    <-chan struct{} // closed by the first

	file    atomic.Pointer[logrecord.File] // nil: none; a run that a second interrupt ends may be opening it
	through func(io.Reader) io.Reader
	stdin   io.Reader // as it came
	command Command
}

// Through makes of a pipe, or of another thing that a read may wait for, one that
// ends as Stdin does: early after SIGTERM, and with an error once Context has
// ended.
func (e *Env) Through(r io.Reader) io.Reader { return e.through(r) }

// UntilStopped is Context that ends with the first interrupt: for work whose
// half is worth nothing, and where nothing comes through a pipe that would be
// worth waiting for.
func (e *Env) UntilStopped() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(e.Context)
	go func() {
		select {
		case <-e.Stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Run parses args (with the program's name first), runs the command and
// returns its exit code. It neither exits nor touches the process's own
// streams. After the second interrupt it returns soon, whatever the command
// waits for, so the caller should exit.
func Run(c Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	mendEnvironment()
	signals := watchSignals(c.Monitor)
	defer signals.close()
	closed := new(closedOutput)
	if f, ok := stdout.(*os.File); ok && !streams.Writable(f) {
		stdout = closed
	}
	p := &program{name: c.Name, command: c, env: &Env{
		Stdin: signals.reader(stdin), Stdout: stdout, Stderr: stderr,
		Log:     newLogger(c.Name, stderr, zerolog.InfoLevel, nil),
		Metrics: zerolog.Nop(),
		Context: signals.ctx, Stop: signals.stop, through: signals.reader,
	}}
	p.env.stdin, p.env.command = stdin, c
	p.nameVariables(c, nil)
	p.known = append(p.describe(c, ""), p.describe(Command{Flags: commonFlags()}, "")...)
	app := p.app(c, p.action)
	p.args = flagsFirst(args, app.Flags, c.Subcommands)
	ended := make(chan error, 1)
	go func() { ended <- app.RunContext(signals.ctx, p.args) }()
	var err error
	select {
	case err = <-ended:
	case <-signals.late:
		// What it waits for cannot be woken, and ends with the process.
		p.env.noteInterrupted()
		return exitcode.Interrupted
	}
	switch {
	case err == nil || errors.As(err, new(reported)):
	case p.asks("settings") && flagOf(err) != nil: // such as a variable that cannot be read
		err = p.env.report(p.printProblem(err))
	default:
		err = p.env.report(err)
	}
	if err == nil && closed.used { // by what does not look at errors, such as --help
		err = p.env.report(errClosedOutput)
	}
	code := exitCode(err)
	if code == exitcode.SomeFailed && p.env.unwritable(err) {
		code = exitcode.NoTarget
	}
	if err != nil && c.Monitor && !silent(err) {
		code = exitcode.Unknown
		p.printUnknown(stdout, app.Flags, err)
	}
	p.env.file.Load().End(code)
	return code
}

// program is a command being run.
type program struct {
	name     string
	command  Command
	env      *Env
	args     []string                  // the command line's flags
	known    []known                   // flags
	fromFile map[string]config.Setting // by key, as far as they are for this program
	warnings error                     // what is wrong with the settings, and keeps nobody from working
	inUse    config.InUse              // the configuration that the settings are from
	unused   error                     // what is wrong with the file, where the last good one is used instead
}

// actions makes the action of a command, which the words of path call.
type actions func(path string, c Command) cli.ActionFunc

func (p *program) app(c Command, action actions) *cli.App {
	flags := append(slices.Clone(c.Flags), commonFlags()...)
	shown := append(slices.Clone(flags),
		&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show this help", Category: general},
		&cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version", Category: general})
	return &cli.App{
		Name: c.Name, Usage: c.Usage, ArgsUsage: c.ArgsUsage, Description: c.Description,
		Version: Version, Flags: flags, CustomAppHelpTemplate: helpTemplate(c.Name, c, shown),
		Writer: p.env.Stdout, ErrWriter: p.env.Stderr,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true, // a file's name may hold a comma
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              p.usageError(c.Name),
		Action:                    action(c.Name, c),
		Commands:                  p.subcommands(c.Name, c, action),
	}
}

// subcommands are those of a command, which the words of path call, with
// theirs.
func (p *program) subcommands(path string, c Command, action actions) []*cli.Command {
	var subs []*cli.Command
	for _, sub := range c.Subcommands {
		path := path + " " + sub.Name
		subs = append(subs, &cli.Command{
			Name: sub.Name, Usage: sub.Usage, ArgsUsage: sub.ArgsUsage, Description: sub.Description,
			Flags: slices.Clone(sub.Flags), HideHelpCommand: true, OnUsageError: p.usageError(path),
			Action: action(path, sub), Subcommands: p.subcommands(path, sub, action),
			CustomHelpTemplate: helpTemplate(path, sub, sub.Flags),
		})
	}
	return subs
}

// action wraps a command's: configuration and logging come first.
func (p *program) action(path string, c Command) cli.ActionFunc {
	return func(ctx *cli.Context) error {
		first := ctx.Args().First()
		switch {
		case ctx.Bool("settings") && path == p.name:
			if err := expandPaths(ctx); err != nil {
				return p.env.report(p.printProblem(err))
			}
			return p.env.report(p.printSettings(c, ctx))
		case c.Action == nil && first == "":
			return usage(path, errors.New("a command is missing"))
		case c.Action == nil:
			return usage(path, fmt.Errorf("unknown command %q%s", first, p.hint(ctx)))
		case c.ArgsUsage == "" && first != "":
			return usage(path, fmt.Errorf("unexpected argument %q%s", first, p.hint(ctx)))
		}
		if err := expandPaths(ctx); err != nil {
			return Exit(exitcode.Usage, err)
		}
		if !c.Unconfigured {
			if err := p.configure(ctx, [][]string{p.args}); err != nil {
				return Exit(exitcode.Usage, err)
			}
			p.warnOfLastGood()
		}
		if err := p.env.configureLog(ctx, p.name); err != nil {
			return Exit(exitcode.Usage, err)
		}
		if path == p.name {
			p.env.file.Load().Begin(Version) // a run, and no question about devices or models
		}
		return p.env.report(c.Action(p.env, ctx))
	}
}

// reported wraps an error that the user has already been told.
type reported struct{ error }

func (r reported) Unwrap() error { return r.error }

// report tells the user of an error, in one line; of several mistakes, in a line
// each.
func (e *Env) report(err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, context.Canceled) && !errors.Is(err, syscall.EPIPE) && !silent(err) {
		for _, part := range parts(err) {
			e.Log.Error().Msg(part.Error())
		}
	}
	return reported{err}
}

// RefuseTerminal is the error for binary or machine-made output that would go
// to a terminal; what names the output, remedy what to do instead.
func (e *Env) RefuseTerminal(what, remedy string) error {
	if IsTerminal(e.Stdout) {
		return Exit(exitcode.Usage, fmt.Errorf("%s is not for a terminal; %s", what, remedy))
	}
	return nil
}

// IsTerminal tells whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// exitCode finds the code that belongs to an error.
func exitCode(err error) int {
	var coded *ExitError
	switch {
	case err == nil:
		return exitcode.OK
	case errors.Is(err, syscall.EPIPE):
		return exitcode.BrokenPipe
	case errors.As(err, &coded):
		return coded.Code
	case errors.Is(err, context.Canceled):
		return exitcode.Interrupted
	default:
		return exitcode.SomeFailed
	}
}
