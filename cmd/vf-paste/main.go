// Vf-paste delivers text to where the user is typing.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/paste"
)

func main() { os.Exit(run(os.Args, os.Stdin, streams.Stdout(), os.Stderr)) }

const examples = `  vf-record | vf-vad | vf-transcribe | vf-paste   dictate into a window
  echo "hello" | vf-paste                         type any text
  vf-paste last                                   type the last dictation again
  vf-paste methods                                list what works here`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cmdline.Run(describe(keepFolders), args, stdin, stdout, stderr)
}

// describe returns the program. It keeps undelivered text in one of these folders; see
// keepFolders.
func describe(folders func() []string) cmdline.Command {
	return cmdline.Command{
		Name:  "vf-paste",
		Reads: "<",
		Usage: "type or paste text into the focused window",
		Description: `Reads transcripts from vf-transcribe, or plain text, from standard input and
delivers each one as it arrives. Control characters are removed, so a transcript
can never run a command, nor press Enter unless you pass --allow-newlines. Text
that no window accepts goes to the clipboard, or else to a file.

Examples:

` + examples,
		Flags:       flags(),
		Check:       check,
		Action:      func(env *cmdline.Env, c *cli.Context) error { return deliver(env, c, folders) },
		Words:       completionWords(),
		Subcommands: []cmdline.Command{lastCommand(folders), historyCommand(), methodsCommand(), holdCommand()},
	}
}

func flags() []cli.Flag {
	return slices.Concat(cmdline.Group("Input",
		&cli.StringFlag{Name: "input", Value: inputAuto,
			Usage: "`FORMAT` what to read: text, jsonl (transcripts), or auto, which looks at the first line and, for text, " +
				"at the program upstream"},
	), cmdline.Group("Text",
		&cli.StringFlag{Name: "commands", TakesFile: true,
			Usage: "`LANGUAGE` obey spoken commands (\"full stop\", \"new line\", \"scratch that\") in en, de, es or fr, " +
				"or those in a FILE.toml"},
		&cli.StringFlag{Name: "numbers",
			Usage: "`LANGUAGE` write numbers and units in figures (\"twenty five percent\": 25%) in en, de, es or fr"},
		&cli.BoolFlag{Name: "capitalise", Aliases: []string{"capitalize"}, Usage: "start sentences with a capital letter"},
		&cli.StringFlag{Name: "replacements", TakesFile: true, Usage: "`FILE.toml` words to replace, and custom spellings"},
		&cli.Float64Flag{Name: "min-confidence",
			Usage: "`P` leave out text recognised with a probability below this, 0 to 1"},
		&cli.BoolFlag{Name: "only-new", Usage: "leave out text that was already delivered"},
	), cmdline.Group("Dictation",
		&cli.StringFlag{Name: "partial", Value: partialOff,
			Usage: "`HOW` show text while you are speaking: off, type or notify; " +
				"needs vf-vad --partial and vf-transcribe --partial"},
		&cli.BoolFlag{Name: "erase-cancelled",
			Usage: "when a dictation is cancelled, erase what it has typed, where possible"},
		&cli.IntFlag{Name: "history",
			Usage: "`N` keep the last N dictations for vf-paste last and vf-paste history; 0 keeps none"},
	), deliveryFlags())
}

// deliveryFlags are the flags about how a text is delivered.
func deliveryFlags() []cli.Flag {
	return slices.Concat(cmdline.Group("Delivery",
		&cli.StringSliceFlag{Name: "method", DefaultText: "auto",
			Usage: "`METHOD` how to deliver; can be repeated, and the first that works is used; vf-paste methods lists them"},
		&cli.StringFlag{Name: "exec",
			Usage: "`COMMAND` run this shell command for each text, with the text on standard input"},
		&cli.BoolFlag{Name: "allow-newlines", Usage: "keep newlines; most windows treat them as Enter"},
		&cli.BoolFlag{Name: "final-newline", Usage: "add a newline at the end; needs --allow-newlines"},
		&cli.BoolFlag{Name: "append-space", Usage: "put a space after each utterance instead of before the next one"},
		&cli.DurationFlag{Name: "join-within", Value: 5 * time.Minute,
			Usage: "`TIME` start with a space if you last dictated into the same window less than this long ago; " +
				"0 disables this"},
	), cmdline.Group("Feedback",
		&cli.BoolFlag{Name: "notify",
			Usage: "show desktop notifications of results and failures; vf-record --cue notify shows when it is listening"},
		&cli.BoolFlag{Name: "report", Usage: "write a JSON line about each delivery to standard output"},
	))
}

// session describes where text can go.
func session(env *cmdline.Env, c *cli.Context) paste.Session {
	self, err := os.Executable()
	if err != nil {
		self = "" // text can then be typed but not pasted
	}
	return paste.Session{
		Getenv: os.Getenv, LookPath: exec.LookPath, Stdout: cmdline.Shown(env.Stdout),
		Newlines: c.Bool("allow-newlines"), Command: c.String("exec"), Self: self,
	}
}

// methods returns the names of the user's methods.
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

// methodsCommand lists the methods that work here.
func methodsCommand() cmdline.Command {
	return cmdline.Command{
		Name: "methods", Usage: "list delivery methods and what they lack",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write one JSON line per method"}},
		Action: func(env *cmdline.Env, c *cli.Context) error {
			s := session(env, c)
			for _, m := range paste.Methods() {
				if err := printMethod(cmdline.Shown(env.Stdout), m, m.Check(s), c.Bool("json")); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// holdCommand is the process that pastes; see paste.Hold.
func holdCommand() cmdline.Command {
	return cmdline.Command{
		Name: "hold", ArgsUsage: "KIND", Usage: "keep the clipboard alive (used internally)",
		Action: func(env *cmdline.Env, c *cli.Context) error {
			out, ok := env.Stdout.(io.WriteCloser)
			if !ok {
				return cmdline.Exit(exitcode.Usage, fmt.Errorf("hold: standard output cannot be closed"))
			}
			if err := paste.Hold(env.Context, c.Args().First(), env.Stdin, out); err != nil {
				return cmdline.Exit(exitcode.NoTarget, err)
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
