package cmdline

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// flagsFirst moves flags in front of the other arguments, where cli expects
// them, so that `prog DIR -r -o OUT` means the same as `prog -r -o OUT DIR`. The
// flags of a subcommand move in front of its own arguments. Anything after --
// stays where it is.
func flagsFirst(args []string, flags []cli.Flag, subcommands []Command) []string {
	front, rest := args[:1:1], []string(nil)
	for i := 1; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return slices.Concat(front, []string{"--"}, rest, args[i+1:])
		case len(arg) < 2 || arg[0] != '-':
			sub := slices.IndexFunc(subcommands, func(c Command) bool { return c.Name == arg })
			if sub >= 0 && len(rest) == 0 {
				return slices.Concat(front, flagsFirst(args[i:], subcommands[sub].Flags, subcommands[sub].Subcommands))
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
		rest = append([]string{"--"}, rest...) // no flags from here on
	}
	return append(front, rest...)
}

// takesValue reports whether the next argument is the value of this flag.
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
