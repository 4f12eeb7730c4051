package cmdline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/prose"
)

// printUnknown writes the status line of a run that came to no verdict, where
// its subcommand has one: a monitor shows standard output alone.
func (p *program) printUnknown(w io.Writer, flags []cli.Flag, err error) {
	i := subcommand(p.args, flags, p.command.Subcommands)
	if i < 0 || !p.command.Subcommands[i].StatusLine || p.otherFormat() || errors.Is(err, syscall.EPIPE) {
		return
	}
	why := oneLine(err)
	if errors.Is(err, context.Canceled) {
		why = "it was stopped before it came to a verdict"
	}
	fmt.Fprintf(w, "VOICEFLOW UNKNOWN: %s\n", prose.Line(strings.ReplaceAll(why, "|", "/")))
}

// oneLine has the mistakes in an error side by side.
func oneLine(err error) string {
	if told := (reported{}); errors.As(err, &told) {
		err = told.error
	}
	var texts []string
	for _, part := range parts(err) {
		texts = append(texts, part.Error())
	}
	return strings.Join(texts, "; ")
}

// subcommand is the index of the one that a command line, flags first, calls; -1
// where it calls none.
func subcommand(args []string, flags []cli.Flag, all []Command) int {
	for i := 1; i < len(args); i++ {
		if !strings.HasPrefix(args[i], "-") {
			return slices.IndexFunc(all, func(c Command) bool { return c.Name == args[i] })
		}
		if takesValue(args[i], flags) {
			i++
		}
	}
	return -1
}

// otherFormat tells whether the command line asks for a format that is for
// machines.
func (p *program) otherFormat() bool {
	format := ""
	for i, arg := range p.args {
		name, value, given := strings.Cut(arg, "=")
		if name != "--format" && name != "-format" {
			continue
		}
		if !given && i+1 < len(p.args) {
			value = p.args[i+1]
		}
		format = value
	}
	return slices.Contains([]string{"json", "junit", "prometheus"}, format)
}
