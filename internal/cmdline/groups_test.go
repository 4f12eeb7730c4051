package cmdline

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestGroupedHelp checks that headings and flags appear in the program's order,
// each flag once.
func TestGroupedHelp(t *testing.T) {
	flags := Group("Output", &cli.StringFlag{Name: "to", Usage: "write to `FILE`"}, &cli.BoolFlag{Name: "append"})
	flags = append(flags, Group("Input", &cli.IntFlag{Name: "channel"}, &cli.BoolFlag{Name: "all"})...)
	code, out, _ := run(Command{Name: "vf-sample", Usage: "does things", ArgsUsage: "[FILE]", Flags: flags}, "--help")
	var got []string
	for _, line := range strings.Split(out, "\n") {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(line, "  -") || strings.HasSuffix(name, ":") {
			got = append(got, name)
		}
	}
	want := []string{"Usage:", "Output:", "--to", "--append", "Input:", "--channel", "--all",
		"General:", "--config", "--settings", "--completion", "--log-level", "--log-file", "-h,", "-v,"}
	if code != OK || !slices.Equal(got, want) {
		t.Errorf("code %d, %q, not %q:\n%s", code, got, want, out)
	}
}
