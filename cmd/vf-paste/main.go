// Vf-paste delivers text to where the user is typing.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/tool"
	"voiceflow/pkg/paste"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

const examples = `  vf-record | vf-vad | vf-transcribe | vf-paste    dictation into the focused window
  echo "hello" | vf-paste                          any text
  vf-paste methods                                 what works here`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return tool.Run(tool.Command{
		Name:  "vf-paste",
		Reads: "<",
		Usage: "type or paste text into the focused window",
		Description: `Reads transcripts from vf-transcribe, or plain text, from standard input and
delivers each as it comes. Control characters are taken out: a transcript can
never run a command, nor press Enter unless --allow-newlines lets it. What no
window takes goes to the clipboard, or else to a file.

Examples:

` + examples,
		Flags:       flags(),
		Action:      deliver,
		Subcommands: []tool.Command{methodsCommand(), holdCommand()},
	}, args, stdin, stdout, stderr)
}

func flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "method", DefaultText: "auto",
			Usage: "`METHOD` of delivery, tried in the order given; auto is all that may work, see vf-paste methods"},
		&cli.StringFlag{Name: "exec", Usage: "hand each text to this `COMMAND` of the shell, on its standard input"},
		&cli.BoolFlag{Name: "allow-newlines", Usage: "let line ends through: they press Enter"},

		&cli.StringFlag{Name: "commands", TakesFile: true,
			Usage: "heed spoken commands of this `LANGUAGE` (en, de, es, fr), or of a FILE.toml: \"full stop\", \"new line\", \"scratch that\""},
		&cli.StringFlag{Name: "replacements", TakesFile: true, Usage: "`FILE.toml` of words to be written otherwise, and of custom spellings"},
		&cli.BoolFlag{Name: "capitalise", Aliases: []string{"capitalize"}, Usage: "begin sentences with a capital letter"},
		&cli.BoolFlag{Name: "append-space", Usage: "put a space after each utterance, in place of before the next"},
		&cli.DurationFlag{Name: "join-within", Value: 5 * time.Minute,
			Usage: "put a space before the first text where the last dictation went to the same window less than this `TIME` ago; 0: never"},
		&cli.BoolFlag{Name: "final-newline", Usage: "end with a line end; wants --allow-newlines"},
		&cli.Float64Flag{Name: "min-confidence", Usage: "leave out what was recognised with less than this `PROBABILITY`, 0 to 1"},
		&cli.BoolFlag{Name: "only-new", Usage: "leave out what was delivered before"},

		&cli.BoolFlag{Name: "report", Usage: "write a JSON line about each delivery to standard output"},
		&cli.BoolFlag{Name: "notify", Usage: "show notifications on the desktop: result, failure; vf-record --cue notify shows when it listens"},
	}
}

// session is where text can go.
func session(env *tool.Env, c *cli.Context) paste.Session {
	self, err := os.Executable()
	if err != nil {
		self = "" // then nothing can be pasted, but typed
	}
	return paste.Session{
		Getenv: os.Getenv, LookPath: exec.LookPath, Stdout: env.Stdout,
		Newlines: c.Bool("allow-newlines"), Command: c.String("exec"), Self: self,
	}
}

// methods are the names of the methods that the user wants.
func methods(c *cli.Context) []string {
	names := c.StringSlice("method")
	switch {
	case len(names) > 0:
		return names
	case c.String("exec") != "":
		return []string{"exec"}
	}
	return []string{"auto"}
}

// methodsCommand tells what would work here.
func methodsCommand() tool.Command {
	return tool.Command{
		Name: "methods", Usage: "list the ways to deliver text, and why some do not work here",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write a JSON line about each"}},
		Action: func(env *tool.Env, c *cli.Context) error {
			s := session(env, c)
			for _, m := range paste.Methods() {
				if err := printMethod(env.Stdout, m, m.Check(s), c.Bool("json")); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// holdCommand is the process that pastes; see paste.Hold.
func holdCommand() tool.Command {
	return tool.Command{
		Name: "hold", ArgsUsage: "KIND", Usage: "paste on a desktop for another vf-paste, and keep the clipboard alive afterwards",
		Action: func(env *tool.Env, c *cli.Context) error {
			out, ok := env.Stdout.(io.WriteCloser)
			if !ok {
				return tool.Exit(exitcode.Usage, fmt.Errorf("hold: standard output cannot be closed"))
			}
			if err := paste.Hold(env.Context, c.Args().First(), env.Stdin, out); err != nil {
				return tool.Exit(exitcode.NoTarget, err)
			}
			return nil
		},
	}
}

func printMethod(w io.Writer, m paste.Method, lacks error, json bool) error {
	if json {
		return printJSON(w, m, lacks)
	}
	state := "works"
	if lacks != nil {
		state = "no: " + strings.ReplaceAll(lacks.Error(), "\n", "; ")
	}
	if m.Untested {
		state += " (untested)"
	}
	_, err := fmt.Fprintf(w, "%-14s %s\n%-14s %s\n", m.Name, m.About, "", state)
	return err
}
