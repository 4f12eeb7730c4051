package cmdline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/prose"
)

// printUnknown prints the status line of a run that failed before reaching a
// verdict, if its subcommand has status lines: monitors show standard output only.
func (p *program) printUnknown(w io.Writer, flags []cli.Flag, err error) {
	i := subcommand(p.args, flags, p.command.Subcommands)
	if i < 0 || !p.command.Subcommands[i].StatusLine || p.otherFormat() || isBrokenPipe(err) {
		return
	}
	why := oneLine(err)
	if errors.Is(err, context.Canceled) {
		why = "interrupted before it reached a verdict"
	}
	fmt.Fprintf(w, "VOICEFLOW UNKNOWN: %s\n", prose.Line(strings.ReplaceAll(why, "|", "/")))
}

// oneLine joins the mistakes in an error to one line.
func oneLine(err error) string {
	if r := (reported{}); errors.As(err, &r) {
		err = r.error
	}
	var texts []string
	for _, part := range parts(err) {
		texts = append(texts, part.Error())
	}
	return strings.Join(texts, "; ")
}

// subcommand returns the index in all of the subcommand that args call, or -1 if
// they call none. In args, flags come first.
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

// otherFormat reports whether the command line asks for a machine-readable
// format.
func (p *program) otherFormat() bool {
	format := ""
	for i, arg := range p.args {
		name, value, hasValue := strings.Cut(arg, "=")
		if name != "--format" && name != "-format" {
			continue
		}
		if !hasValue && i+1 < len(p.args) {
			value = p.args[i+1]
		}
		format = value
	}
	return slices.Contains([]string{"json", "junit", "prometheus"}, format)
}
