package cmdline

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// Group puts flags under a heading in the help text. Headings appear in the
// order of their first flags, and flags in the order of the slice.
func Group(heading string, flags ...cli.Flag) []cli.Flag {
	for _, f := range flags {
		switch f := f.(type) {
		case *cli.StringFlag:
			f.Category = heading
		case *cli.StringSliceFlag:
			f.Category = heading
		case *cli.IntFlag:
			f.Category = heading
		case *cli.Float64Flag:
			f.Category = heading
		case *cli.DurationFlag:
			f.Category = heading
		case *cli.BoolFlag:
			f.Category = heading
		default:
			panic(fmt.Sprintf("flag --%s: flags of type %T cannot be grouped yet", f.Names()[0], f))
		}
	}
	return flags
}
