package cmdline

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/test/reference"
)

// TestReference compares the keys that all programs share with docs/configuration.md.
func TestReference(t *testing.T) {
	p := &program{}
	keys := slices.DeleteFunc(p.describe(Command{Flags: commonFlags()}, ""), func(k knownFlag) bool {
		return !slices.Contains(sharedKeys, k.Key)
	})
	reference.CheckTable(t, "all programs", keyTable("", keys))
}

// documented is a program with what needs care in roff and Markdown.
func documented() Command {
	return Command{
		Name: "vf-sample", Usage: "do a thing", ArgsUsage: "[FILE ...]",
		Description: "Does it.\n.hidden files too, in C:\\dir.\n\nExamples:\n\n  vf-sample -a 'b' | sort     do it  well\n  vf-sample",
		OnlyFlags:   []string{"raw"},
		Flags: Group("Output",
			&cli.DurationFlag{Name: "wait", Aliases: []string{"w"}, Value: 90 * 60 * 1e9, Usage: "`TIME` how long to wait"},
			&cli.StringFlag{Name: "to", EnvVars: []string{"TO"}, Usage: `where to, as "a|b" or [c]`, DefaultText: "*.out"},
			&cli.BoolFlag{Name: "raw", Usage: "as it is"}),
		Subcommands: []Command{
			{Name: "list", Usage: "list things", Flags: []cli.Flag{&cli.BoolFlag{Name: "all", Usage: "all of them"}}},
			{Name: "show", Usage: "show things", Flags: []cli.Flag{&cli.BoolFlag{Name: "all", Usage: "all of them"}}},
		},
		Action: func(*Env, *cli.Context) error { panic("ran") },
	}
}

func TestManualPage(t *testing.T) {
	code, out, log := run(documented(), "--docs", "man")
	if code != OK || log != "" {
		t.Fatalf("exit code %d: %s", code, log)
	}
	for _, want := range []string{
		".TH VF\\-SAMPLE 1 ", "\nvf\\-sample \\- do a thing\n",
		"\n\\fBvf\\-sample\\fR [\\fIFLAGS\\fR] [\\fICOMMAND\\fR] [FILE ...]\n",
		"\n.PP\nDoes it. .hidden files too, in C:\\(rsdir.\n",
		"\n.TP\n\\fB\\-w\\fR, \\fB\\-\\-wait\\fR \\fITIME\\fR\nhow long to wait (default: 1h30m) [$VOICEFLOW_SAMPLE_WAIT]\n",
		"\nwhere to, as \\(dqa|b\\(dq or [c] (default: *.out) [$VOICEFLOW_SAMPLE_TO] [$TO]\n",
		"\n.SS \"list\"\n\\fBvf\\-sample list\\fR [\\fIFLAGS\\fR]\n.PP\nList things.\n",
		"\n.SH EXAMPLES\n.TP\n\\fBvf\\-sample \\-a \\(aqb\\(aq | sort\\fR\ndo it well\n.TP\n\\fBvf\\-sample\\fR\n.SH ",
		"\n\\fB\\-\\-log\\-level\\fR", "\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\n", "\n.TP\n\\fB141\\fR\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, `\-\-docs`) {
		t.Error("the page has a hidden flag")
	}
}

func TestSettingsTable(t *testing.T) {
	code, out, log := run(documented(), "--docs", "settings")
	const want = `| key | value | default | meaning |
|---|---|---|---|
| ` + "`wait` | duration | `1h30m`" + ` | how long to wait |
| ` + "`to`" + ` | text | \*.out | where to, as "a\|b" or \[c] [` + "`$TO`" + `] |
| ` + "`all` | switch | `false`" + ` | list, show: all of them |

On the command line only: ` + "`--raw`" + `.
`
	if code != OK || out != want {
		t.Errorf("exit code %d: %s%s\nwant\n%s", code, log, out, want)
	}
	if code, _, log := run(documented(), "--docs", "html"); code != Usage || !strings.Contains(log, "use man or settings") {
		t.Errorf("exit code %d: %s", code, log)
	}
}
