package cmdline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/prose"
)

const (
	// helpWidth is the maximum width of help texts, in columns.
	helpWidth = 80
	// helpColumn is the column where flag descriptions begin; a flag too long for
	// it gets its own line.
	helpColumn = 28
	// general is the heading of the flags that all programs share.
	general = "General"
)

// builtinFlags are those that cli adds, for the help text.
func builtinFlags() []cli.Flag {
	return Group(general,
		&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show this help"},
		&cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version"})
}

// help returns the help template of a command, or nothing unless the command line asks
// for help: laying it out takes milliseconds, which every start would pay for.
func (p *program) help(path string, c Command, flags []cli.Flag) string {
	if !p.hasFlag("help") && !p.hasFlag("h") {
		return ""
	}
	return helpTemplate(path, c, flags)
}

// helpTemplate returns the help text of a command as a template for cli. path is
// the full command, such as "vf-transcribe models list". Flags are grouped by
// category, in the order in which the categories first appear.
func helpTemplate(path string, c Command, flags []cli.Flag) string {
	var b strings.Builder
	arguments := ""
	if len(c.Subcommands) > 0 {
		arguments = " [COMMAND]"
	}
	if c.ArgsUsage != "" {
		arguments += " " + c.ArgsUsage
	}
	fmt.Fprintf(&b, "%s - %s\n\nUsage: %s [FLAGS]%s\n", path, c.Usage, path, arguments)
	if c.Description != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(c.Description))
	}
	if len(c.Subcommands) > 0 {
		b.WriteString("\nCommands:\n")
		for _, sub := range c.Subcommands {
			writeEntry(&b, sub.Name, sub.Usage)
		}
	}
	for _, g := range groups(flags) {
		fmt.Fprintf(&b, "\n%s:\n", g.name)
		for _, f := range g.flags {
			writeEntry(&b, flagTitle(f), flagText(f))
		}
	}
	return strings.ReplaceAll(b.String(), "{{", `{{"{{"}}`)
}

type group struct {
	name  string
	flags []cli.DocGenerationFlag
}

// groups groups visible flags by category, with the general ones last.
func groups(flags []cli.Flag) (all []group) {
	names := []string{}
	byName := map[string][]cli.DocGenerationFlag{}
	for _, f := range flags {
		name := "Flags"
		if c, is := f.(cli.CategorizableFlag); is && c.GetCategory() != "" {
			name = c.GetCategory()
		}
		documented, is := f.(cli.DocGenerationFlag)
		if v, can := f.(cli.VisibleFlag); !is || can && !v.IsVisible() {
			continue
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		byName[name] = append(byName[name], documented)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case a == general && b != general:
			return 1
		case b == general && a != general:
			return -1
		}
		return 0
	})
	for _, name := range names {
		all = append(all, group{name, byName[name]})
	}
	return all
}

// flagTitle returns a flag's names and value, such as "-f, --output-format FORMAT".
func flagTitle(f cli.DocGenerationFlag) string {
	title := strings.Join(dashedNames(f), ", ")
	if value, _ := splitUsage(f); value != "" {
		title += " " + value
	}
	return title
}

// dashedNames returns a flag's names with their dashes, the short ones first.
func dashedNames(f cli.DocGenerationFlag) []string {
	var short, long []string
	for _, name := range f.(cli.Flag).Names() {
		if len(name) == 1 {
			short = append(short, "-"+name)
		} else {
			long = append(long, "--"+name)
		}
	}
	return append(short, long...)
}

// flagText returns a flag's description, default and environment variables.
func flagText(f cli.DocGenerationFlag) string {
	_, text := splitUsage(f)
	value := f.GetDefaultText()
	if _, is := f.(*cli.DurationFlag); is {
		value = shortDuration(value)
	}
	if value != "" && f.TakesValue() {
		text += " (default: " + value + ")"
	}
	for _, variable := range f.GetEnvVars() {
		text += " [$" + variable + "]"
	}
	return text
}

// shortDuration drops the zeros at the end of a duration, such as the minutes and
// seconds of 72h0m0s. Any other text stays as it is.
func shortDuration(text string) string {
	if _, err := time.ParseDuration(text); err != nil {
		return text
	}
	if rest, found := strings.CutSuffix(text, "m0s"); found {
		text = rest + "m"
	}
	if rest, found := strings.CutSuffix(text, "h0m"); found {
		text = rest + "h"
	}
	return text
}

// splitUsage splits a flag's usage text into the name of its value, in backquotes
// at the start, and the description: "`FILE` read audio from FILE" becomes FILE
// and "read audio from FILE".
func splitUsage(f cli.DocGenerationFlag) (value, text string) {
	text = f.GetUsage()
	if before, rest, found := strings.Cut(text, "`"); found {
		if name, after, closed := strings.Cut(rest, "`"); closed {
			if before == "" {
				return name, strings.TrimSpace(after)
			}
			return name, before + name + after
		}
	}
	if f.TakesValue() {
		value = "VALUE"
	}
	return value, text
}

// writeEntry writes a name and, starting at helpColumn, its wrapped description.
func writeEntry(b *strings.Builder, name, text string) {
	indent := strings.Repeat(" ", helpColumn)
	const width = helpWidth - helpColumn
	wrapped := strings.Join(prose.Wrap(text, width), "\n")
	lines := strings.Split(ansi.Hardwrap(wrapped, width, false), "\n") // breaks words too long for a line, such as paths
	if first := "  " + name; len(first)+2 <= helpColumn {
		fmt.Fprintf(b, "%-*s%s\n", helpColumn, first, lines[0])
		lines = lines[1:]
	} else {
		b.WriteString(first + "\n")
	}
	for _, line := range lines {
		b.WriteString(indent + line + "\n")
	}
}
