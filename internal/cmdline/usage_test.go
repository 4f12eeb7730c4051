package cmdline

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// Wrong values are explained the same way on the command line, in variables and in
// the file.
func TestWrongValuesAreExplained(t *testing.T) {
	c := sample(new(string))
	c.Instead = map[string]string{"otxt": "use -f txt"}
	c.Flags[2].(*cli.DurationFlag).Aliases = []string{"w"}
	c.Flags = append(c.Flags, &cli.IntFlag{Name: "number"}, &cli.Float64Flag{Name: "ratio"}, &cli.BoolFlag{Name: "fast"})
	c.Subcommands = append(c.Subcommands, Command{Name: "other", Flags: []cli.Flag{&cli.StringFlag{Name: "elsewhere"}}})
	for _, tt := range []struct{ args, variable, want string }{
		{"-w 5", "", `-w: \"5\" is not a duration with a unit, such as \"5s\" or \"5ms\"; see vf-sample --help`},
		{"--wait 400", "", `--wait: \"400\" is not a duration with a unit, such as \"400s\" or \"400ms\"`},
		{"--wait 0,5s", "", `--wait: \"0,5s\" is not a duration with a unit, such as \"400ms\" or \"2s\"`},
		{"--number two", "", `--number: \"two\" is not a whole number without a unit`},
		{"--ratio 5%", "", `--ratio: \"5%\" is not a number without a unit`},
		{"--fast=maybe", "", `--fast: \"maybe\" is not true or false`},
		{"", "VOICEFLOW_SAMPLE_WAIT=5", `VOICEFLOW_SAMPLE_WAIT: \"5\" is not a duration with a unit, such as \"5s\"`},
		{"", "VOICEFLOW_SAMPLE_NUMBER=two", `VOICEFLOW_SAMPLE_NUMBER: \"two\" is not a whole number`},
		{"--log_level verbose", "", `unknown flag --log_level (did you mean --log-level?); see vf-sample --help`},
		{"--numbr 2", "", `did you mean --number?`},
		{"--elsewhere 2", "", `unknown flag --elsewhere (only other commands of vf-sample have it); see vf-sample --help`},
		{"--nothing-like-it", "", `unknown flag --nothing-like-it; see vf-sample --help`},
		{"-otxt", "", `unknown flag -otxt: use -f txt; see`},
	} {
		t.Run(tt.args+tt.variable, func(t *testing.T) {
			if name, value, set := strings.Cut(tt.variable, "="); set {
				t.Setenv(name, value)
			}
			code, out, log := run(c, strings.Fields(tt.args)...)
			if code != Usage || out != "" || strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.want) {
				t.Errorf("code %d: %s%s; not %s", code, out, log, tt.want)
			}
		})
	}
}
