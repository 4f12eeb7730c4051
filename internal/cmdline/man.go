package cmdline

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
)

// manPage returns the manual page of a program, from what its help is made of.
// flags are those of the program itself, including the ones that all share.
func manPage(c Command, flags []cli.Flag) string {
	r := &roffPage{}
	r.title(c.Name)
	r.section("NAME")
	fmt.Fprintf(r, "%s \\- %s\n", roff(c.Name), roff(c.Usage))
	r.section("SYNOPSIS")
	r.WriteString(synopsis(c.Name, c) + "\n")
	about, examples, _ := strings.Cut(c.Description, "Examples:\n\n")
	if about = strings.TrimSpace(about); about != "" {
		r.section("DESCRIPTION")
		r.description(about)
	}
	r.section("OPTIONS")
	for _, g := range groups(flags) {
		r.subsection(g.name)
		r.flags(g.flags)
	}
	if len(c.Subcommands) > 0 {
		r.section("COMMANDS")
		r.commands(c.Name, c)
	}
	r.section("EXIT STATUS")
	for _, m := range exitMeanings(c.Monitor) {
		r.entry(bold(strconv.Itoa(m.Code)), m.Text)
	}
	r.environment()
	r.files()
	if examples != "" {
		r.section("EXAMPLES")
		r.description(examples)
	}
	r.section("SEE ALSO")
	r.WriteString(seeAlso(c.Name) + "\n")
	return r.String()
}

// synopsis returns how to call a command, in roff. path is the full command.
func synopsis(path string, c Command) string {
	line := bold(path) + " [" + italic("FLAGS") + "]"
	if len(c.Subcommands) > 0 {
		line += " [" + italic("COMMAND") + "]"
	}
	if c.ArgsUsage != "" {
		line += " " + roff(c.ArgsUsage)
	}
	return line
}

// commands writes a subsection for each subcommand of c, which path calls, and
// their own subcommands.
func (r *roffPage) commands(path string, c Command) {
	for _, sub := range c.Subcommands {
		path := path + " " + sub.Name
		_, words, _ := strings.Cut(path, " ")
		r.subsection(words)
		r.WriteString(synopsis(path, sub) + "\n")
		r.paragraph(strings.ToUpper(sub.Usage[:1]) + sub.Usage[1:] + ".")
		r.description(sub.Description)
		for _, g := range groups(sub.Flags) {
			r.heading(g.name + ":")
			r.flags(g.flags)
		}
		r.commands(path, sub)
	}
}

// flags writes an entry for each flag.
func (r *roffPage) flags(flags []cli.DocGenerationFlag) {
	for _, f := range flags {
		var names []string
		for _, name := range dashedNames(f) {
			names = append(names, bold(name))
		}
		title := strings.Join(names, ", ")
		if value, _ := splitUsage(f); value != "" {
			title += " " + italic(value)
		}
		r.entry(title, flagText(f))
	}
}

// exitMeanings returns the exit codes of a program.
func exitMeanings(monitor bool) []exitcode.Meaning {
	if !monitor {
		return exitcode.Meanings()
	}
	return []exitcode.Meaning{
		{Code: exitcode.Healthy, Text: "OK"}, {Code: exitcode.Warning, Text: "WARNING"},
		{Code: exitcode.Critical, Text: "CRITICAL"}, {Code: exitcode.Unknown, Text: "UNKNOWN: no verdict was reached"},
	}
}

func (r *roffPage) environment() {
	r.section("ENVIRONMENT")
	r.paragraph("A variable in brackets above, such as [$VOICEFLOW_LOG_LEVEL], sets the flag before it. " +
		"The flag overrides the variable, and the variable overrides the configuration file. " +
		"An empty variable counts as not set.")
	r.entry(bold("VOICEFLOW_ENV"), "selects a variant of the configuration: with VOICEFLOW_ENV=NAME, config.NAME.toml "+
		"in the same folder overrides config.toml")
}

func (r *roffPage) files() {
	r.section("FILES")
	r.entry(italic("$XDG_CONFIG_HOME/voiceflow/config.toml"), "configuration file, usually in ~/.config; "+
		"its keys are the long names of the flags")
	r.entry(italic("$XDG_STATE_HOME/voiceflow/"), "logs, backups of the configuration, undelivered texts, the history "+
		"of vf-paste and results of checks, usually in ~/.local/state")
	r.entry(italic("$XDG_DATA_HOME/voiceflow/models/"), "models, usually in ~/.local/share")
}

// seeAlso returns references to the other programs, in roff.
func seeAlso(program string) string {
	var others []string
	for _, s := range sections {
		if name := "vf-" + s; name != program {
			others = append(others, bold(name)+"(1)")
		}
	}
	return strings.Join(others, ", ")
}
