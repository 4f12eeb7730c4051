package cmdline

import (
	"strings"
	"testing"
	"time"

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

func TestShortDuration(t *testing.T) {
	for in, want := range map[string]string{
		"72h0m0s": "72h", "1h0m0s": "1h", "10m0s": "10m", "5m0s": "5m", "1h10m0s": "1h10m", "1h0m5s": "1h0m5s",
		"10h10m10s": "10h10m10s", "5s": "5s", "500ms": "500ms", "8.9s": "8.9s", "0s": "0s", "": "", "10m0s at most": "10m0s at most",
	} {
		if got := shortDuration(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
	if got := flagText(&cli.DurationFlag{Name: "since", Value: 8 * 24 * time.Hour, Usage: "how far back"}); got != "how far back (default: 192h)" {
		t.Error(got)
	}
}
