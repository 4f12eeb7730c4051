package cmdline

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"

	"voiceflow/internal/exitcode"
)

// Idle reports whether standard input, which the command line names nothing
// instead of, is a terminal: then nothing would ever come, and nobody knows what
// is waited for.
func (e *Env) Idle() bool { return IsTerminal(e.stdin) }

// ShowUsage prints what the program is for to standard error, instead of waiting.
// The examples are lines of the shell. The error has the exit code and has been
// told.
func (e *Env) ShowUsage(c *cli.Context, examples string) error {
	fmt.Fprintf(e.Stderr, "%s: %s\n\nUsage: %s\n\n%s\n\nAll options: %s --help\n",
		c.App.Name, c.App.Usage, strings.TrimSpace(c.App.Name+" [options] "+c.App.ArgsUsage), examples, c.App.Name)
	return Exit(exitcode.Usage, nil)
}

// LikeCommand is what to run instead where arguments, of which no file is known,
// look like a subcommand of the program or of other programs: "vf-transcribe
// models list" for [model list]. Empty: nothing.
func (e *Env) LikeCommand(args []string) string {
	if len(args) == 0 {
		return ""
	}
	switch name := e.command.Name; args[0] {
	case "help":
		return name + " --help"
	case "version":
		return name + " --version"
	case "completion", "completions":
		return name + " --help (there is no completion for shells)"
	case "config", "configuration", "settings":
		return name + " --settings"
	}
	path, found := likeSubcommand(e.command, args)
	if !found {
		return ""
	}
	return path
}

// hint is LikeCommand for a message about the arguments of the program itself.
func (p *program) hint(ctx *cli.Context) string {
	if len(ctx.Lineage()) > 2 { // of a subcommand
		return ""
	}
	if like := p.env.LikeCommand(ctx.Args().Slice()); like != "" && !strings.Contains(like, "--help") {
		return " (do you mean " + like + "?)"
	}
	if file := ctx.Args().First(); p.command.Reads != "" {
		if _, err := os.Stat(file); err == nil {
			return fmt.Sprintf(" (do you mean %s %s %s?)", p.name, p.command.Reads, file)
		}
	}
	return ""
}

// likeSubcommand finds the subcommand that arguments are like, or one of its own.
func likeSubcommand(c Command, args []string) (path string, found bool) {
	for _, sub := range c.Subcommands {
		if !alike(args[0], sub.Name) {
			continue
		}
		path = c.Name + " " + sub.Name
		if len(args) > 1 {
			if deeper, found := likeSubcommand(sub, args[1:]); found {
				path = c.Name + " " + deeper
			}
		}
		return path, true
	}
	for _, sub := range c.Subcommands {
		if i := slices.IndexFunc(sub.Subcommands, func(s Command) bool { return s.Name == args[0] }); i >= 0 {
			return c.Name + " " + sub.Name + " " + args[0], true
		}
	}
	return "", false
}

// alike reports whether a word is nearly a name: Jaro-Winkler's measure is 1 for
// equal ones.
func alike(word, name string) bool {
	return smetrics.JaroWinkler(strings.ToLower(word), name, 0.7, 4) > 0.9
}
