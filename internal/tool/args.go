package tool

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// flagsFirst puts a command line's flags before its other arguments, where cli
// expects them, so that both `prog -r DIR -o OUT` and `prog DIR -r -o OUT` mean
// what they say. What follows -- stays as it is, and so does the command line
// of a subcommand.
func flagsFirst(args []string, flags []cli.Flag, subcommands []Command) []string {
	isSub := func(arg string) bool {
		return slices.ContainsFunc(subcommands, func(c Command) bool { return c.Name == arg })
	}
	front, rest := args[:1:1], []string(nil)
	for i := 1; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return slices.Concat(front, []string{"--"}, rest, args[i+1:])
		case len(arg) < 2 || arg[0] != '-':
			if len(rest) == 0 && isSub(arg) {
				return slices.Concat(front, args[i:])
			}
			rest = append(rest, arg)
			continue
		}
		front = append(front, arg)
		if takesValue(arg, flags) && i+1 < len(args) {
			i++
			front = append(front, args[i])
		}
	}
	if len(rest) > 0 {
		rest = append([]string{"--"}, rest...) // flags are over
	}
	return append(front, rest...)
}

// takesValue tells whether the value of a flag is the next argument.
func takesValue(arg string, flags []cli.Flag) bool {
	name := strings.TrimLeft(arg, "-")
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			_, isSwitch := f.(*cli.BoolFlag)
			return !isSwitch
		}
	}
	return false
}
