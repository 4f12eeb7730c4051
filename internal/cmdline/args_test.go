package cmdline

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestFlagsFirst(t *testing.T) {
	flags := []cli.Flag{
		&cli.BoolFlag{Name: "recursive", Aliases: []string{"r"}},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}},
		&cli.IntFlag{Name: "jobs", Aliases: []string{"j"}},
	}
	subs := []Command{{Name: "models", Subcommands: []Command{{
		Name: "list", Flags: []cli.Flag{&cli.BoolFlag{Name: "json"}, &cli.StringFlag{Name: "place"}},
	}}}}
	for args, want := range map[string]string{
		"prog":                         "prog",
		"prog a b":                     "prog -- a b",
		"prog -r a -o out b":           "prog -r -o out -- a b",
		"prog a -r":                    "prog -r -- a",
		"prog a --output=x b -j 2":     "prog --output=x -j 2 -- a b",
		"prog a -- -r b":               "prog -- a -r b",
		"prog -":                       "prog -- -",
		"prog a -o":                    "prog -o -- a",
		"prog --unknown a":             "prog --unknown -- a",
		"prog -r models list --json":   "prog -r models list --json",
		"prog a models":                "prog -- a models",
		"prog models list a --place p": "prog models list --place p -- a",
		"prog models list -- --json":   "prog models list -- --json",
		"prog -o models models list x": "prog -o models models list -- x",
	} {
		if got := flagsFirst(strings.Fields(args), flags, subs); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q became %q, not %q", args, got, want)
		}
	}
}
