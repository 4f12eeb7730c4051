package tool

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Group puts flags under one heading of the help. The headings come in the order
// of their first flags, and the flags in theirs.
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
			panic(fmt.Sprintf("flag --%s: a kind of flag that cannot be grouped yet", f.Names()[0]))
		}
	}
	return flags
}

const (
	// What cli's template for a program's help has of flags begins and ends so.
	flagsBegin = "{{if .VisibleFlagCategories}}"
	flagsEnd   = `{{template "visibleFlagTemplate" .}}{{end}}`

	flagsOfGroup = "\n\n%s:{{range .VisibleFlags}}{{if eq .GetCategory %q}}\n   {{wrap .String 6}}{{end}}{{end}}"
)

// groupedHelp is the template for a program's help with a section for each group
// of flags, and one for those in none. It is empty, for cli's own, without
// groups: cli would sort both groups and flags by the alphabet.
func groupedHelp(flags []cli.Flag) string {
	var groups []string
	for _, f := range flags {
		if c, is := f.(cli.CategorizableFlag); is && c.GetCategory() != "" && !slices.Contains(groups, c.GetCategory()) {
			groups = append(groups, c.GetCategory())
		}
	}
	if groups == nil {
		return ""
	}
	before, rest, _ := strings.Cut(cli.AppHelpTemplate, flagsBegin)
	_, after, _ := strings.Cut(rest, flagsEnd)
	help := &strings.Builder{}
	help.WriteString(before)
	for _, g := range groups {
		fmt.Fprintf(help, flagsOfGroup, strings.ToUpper(g), g)
	}
	fmt.Fprintf(help, flagsOfGroup, "GENERAL", "")
	return help.String() + after
}
