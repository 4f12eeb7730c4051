package cmdline

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestHelp(t *testing.T) {
	c := Command{
		Name: "vf-sample", Usage: "do a thing", ArgsUsage: "[FILE ...]", Description: "Does it.\n",
		Subcommands: []Command{{Name: "list", Usage: "list things"}},
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "log", Usage: "`FILE` to log to", Category: general},
			&cli.StringFlag{Name: "form", Aliases: []string{"f"}, Value: "a", Usage: "`NAME` one of a and {{b}}", Category: "Output", EnvVars: []string{"FORM"}},
			&cli.BoolFlag{Name: "quite-a-long-name-for-a-flag", Usage: "a text that is too long for what is left of its line of eighty columns", Category: "Output"},
			&cli.BoolFlag{Name: "hidden", Hidden: true},
		},
	}
	var out strings.Builder
	app := &cli.App{Name: c.Name, Flags: c.Flags, CustomAppHelpTemplate: helpTemplate(c.Name, c, c.Flags), Writer: &out}
	if err := app.Run([]string{"vf-sample", "--help"}); err != nil {
		t.Fatal(err)
	}
	const want = `vf-sample - do a thing

Usage: vf-sample [FLAGS] [COMMAND] [FILE ...]

Does it.

Commands:
  list                      list things

Output:
  -f, --form NAME           one of a and {{b}} (default: "a") [$FORM]
  --quite-a-long-name-for-a-flag
                            a text that is too long for what is left of its line
                            of eighty columns

General:
  --log FILE                to log to
`
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
}
