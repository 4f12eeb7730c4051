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

// Idle reports whether standard input is a terminal. A program that reads audio
// or text from it would wait without saying what for.
func (e *Env) Idle() bool { return IsTerminal(e.stdin) }

// ReadsFile reports whether standard input is a regular file, so that nobody is waiting
// for what becomes of it while it is spoken.
func (e *Env) ReadsFile() bool {
	f, ok := e.stdin.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// ShowUsage prints a short introduction to standard error, with examples as shell
// commands. It returns an error that only carries the exit code for wrong usage.
func (e *Env) ShowUsage(c *cli.Context, examples string) error {
	fmt.Fprintf(e.Stderr, "%s: %s\n\nUsage: %s\n\n%s\n\nAll options: %s --help\n",
		c.App.Name, c.App.Usage, strings.TrimSpace(c.App.Name+" [options] "+c.App.ArgsUsage), examples, c.App.Name)
	return Exit(exitcode.Usage, nil)
}

// LikeCommand suggests a command for arguments that are not existing files but
// look like a subcommand, of this program or as other programs have it:
// "vf-transcribe models list" for [model list]. It returns "" if nothing is
// similar.
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
		return name + " --help (shell completion is not available)"
	case "config", "configuration", "settings":
		return name + " --settings"
	}
	path, found := likeSubcommand(e.command, args)
	if !found {
		return ""
	}
	return path
}

// hint suggests, at the end of an error message, what the user may have meant by
// an unexpected argument of the program itself.
func (p *program) hint(ctx *cli.Context) string {
	if len(ctx.Lineage()) > 2 { // in a subcommand
		return ""
	}
	if like := p.env.LikeCommand(ctx.Args().Slice()); like != "" && !strings.Contains(like, "--help") {
		return " (did you mean " + like + "?)"
	}
	if file := ctx.Args().First(); p.command.Reads != "" {
		if _, err := os.Stat(file); err == nil {
			return fmt.Sprintf(" (did you mean %s %s %s?)", p.name, p.command.Reads, file)
		}
	}
	return ""
}

// likeSubcommand finds the subcommand, at any depth, that the arguments resemble.
func likeSubcommand(c Command, args []string) (path string, found bool) {
	for _, sub := range c.Subcommands {
		if !similarName(args[0], sub.Name) {
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

// similarName reports whether a word is nearly a name, by Jaro-Winkler
// similarity, where 1 means equal.
func similarName(word, name string) bool {
	return smetrics.JaroWinkler(strings.ToLower(word), name, 0.7, 4) > 0.9
}
