package cmdline

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completers write completion scripts, by shell. The scripts contain all words, so that
// a shell need not run the program for each press of the Tab key.
var completers = map[string]func(program string, all []completed) string{
	"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion,
}

// completed is what can be completed after a command: the program itself or a
// subcommand.
type completed struct {
	path  string // words after the program's name, such as "models list"; empty for the program itself
	flags []completedFlag
	subs  []Command
	args  completedValue
}

type completedFlag struct {
	names    []string // with dashes, the short ones first
	text     string   // one line
	takes    bool     // takes a value
	optional bool     // which may be left out
	repeated bool     // can be repeated
	value    completedValue
}

// completedValue describes the value of a flag, or arguments.
type completedValue struct {
	name    string // such as FILE
	words   []string
	list    bool // several words, separated by commas
	files   bool // files and folders
	folders bool // folders only
}

// printCompletion prints the completion script for a shell.
func (p *program) printCompletion(ctx *cli.Context) error {
	write, known := completers[ctx.String("completion")]
	if !known {
		return usage(p.name, WrongValue(ctx, "completion", "use bash, zsh or fish"))
	}
	all := p.completed("", p.command, slices.Concat(p.command.Flags, commonFlags(), builtinFlags()))
	for key := range p.command.Words {
		if !slices.ContainsFunc(all, func(c completed) bool { return c.has(key) }) {
			return fmt.Errorf("words for %q, which is neither a flag nor a subcommand", key)
		}
	}
	_, err := io.WriteString(p.env.Stdout, write(p.name, all))
	return err
}

// has reports whether a key of [Command.Words] is for this command.
func (c completed) has(key string) bool {
	if key == c.path {
		return true
	}
	path, name, found := strings.Cut(key, "--")
	return slices.ContainsFunc(c.flags, func(f completedFlag) bool {
		return found && slices.Contains(f.names, "--"+name) && (path == "" || path == c.path+" ")
	})
}

// completed describes a command and its subcommands.
func (p *program) completed(path string, c Command, flags []cli.Flag) []completed {
	one := completed{path: path, args: completedValue{name: c.ArgsUsage, words: p.command.Words[path]}}
	for _, word := range []string{"FILE", "FOLDER"} {
		one.args.files = one.args.files || strings.Contains(c.ArgsUsage, word)
	}
	for _, g := range groups(flags) {
		for _, f := range g.flags {
			one.flags = append(one.flags, p.completedFlag(path, f))
		}
	}
	one.subs = c.Subcommands
	all := []completed{one}
	for _, sub := range one.subs {
		flags := append(slices.Clone(sub.Flags), builtinFlags()[0]) // --help
		all = append(all, p.completed(strings.TrimSpace(path+" "+sub.Name), sub, flags)...)
	}
	return all
}

func (p *program) completedFlag(path string, f cli.DocGenerationFlag) completedFlag {
	value, text := splitUsage(f)
	name := f.(cli.Flag).Names()[0]
	known := p.describeFlag(f.(cli.Flag), path)
	words, own := p.command.Words[strings.TrimSpace(path+" --"+name)]
	if !own {
		words = p.command.Words["--"+name]
	}
	if name == "log-level" {
		words = []string{"minimal", "standard", "verbose", "monitoring"}
	}
	if name == "completion" {
		words = []string{"bash", "fish", "zsh"}
	}
	_, optional := p.command.OptionalValues[name]
	_, repeated := f.(*cli.StringSliceFlag)
	folder := value == "FOLDER"
	return completedFlag{
		names: dashedNames(f), text: firstClause(text), takes: f.TakesValue(), repeated: repeated, optional: optional,
		value: completedValue{
			name: value, words: words, list: strings.Contains(text, "separated by commas"),
			files: known.Path && !folder, folders: known.Path && folder,
		},
	}
}

// firstClause returns the beginning of a flag's description, for a list of flags.
func firstClause(text string) string {
	for _, end := range []string{"; ", ": ", " ("} {
		text, _, _ = strings.Cut(text, end)
	}
	return text
}

// takers returns the names of the flags of a command whose value is a word of its own.
func (c completed) takers() (names []string) {
	for _, f := range c.flags {
		if f.takes && !f.optional {
			names = append(names, f.names...)
		}
	}
	return names
}

// subPath returns the path of a subcommand.
func (c completed) subPath(sub string) string { return strings.TrimSpace(c.path + " " + sub) }

// quoted quotes text for any of the shells.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
