package cmdline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/urfave/cli/v2"
)

// A monitor shows standard output, so there must always be a status line.
func TestStatusLine(t *testing.T) {
	failure := errors.New("no \x1b[1mmodel|\nhere")
	for _, tt := range []struct {
		args string
		err  error
		want string
	}{
		{"check", failure, "VOICEFLOW UNKNOWN: no  [1mmodel/ here"},
		{"--log-level minimal check --format text x", failure, "VOICEFLOW UNKNOWN: no  [1mmodel/ here"},
		{"check --none", nil, "VOICEFLOW UNKNOWN: unknown flag --none; see vf-sample check --help"},
		{"check --format", nil, "VOICEFLOW UNKNOWN: flag needs an argument: -format; see vf-sample check --help"},
		{"--log-level loud check", nil, `VOICEFLOW UNKNOWN: --log-level "loud": use minimal, standard, verbose or monitoring`},
		{"check", Exit(Usage, errors.Join(&FlagError{Flag: "a", Reason: "a is wrong"}, &FlagError{Flag: "b", Reason: "b too"})),
			"VOICEFLOW UNKNOWN: a is wrong; b too"},
		{"check", context.Canceled, "VOICEFLOW UNKNOWN: interrupted before it reached a verdict"},
		{"check", fmt.Errorf("output: %w", syscall.EPIPE), ""},
		{"check", Exit(2, nil), ""}, // has already printed its status
		{"check", nil, ""},
		{"check --format json", failure, ""},
		{"check --format=junit", failure, ""},
		{"show", failure, ""},
		{"dance", nil, ""},
		{"", nil, ""},
	} {
		leaf := func(name string) Command {
			return Command{Name: name, ArgsUsage: "[WORD]", Flags: []cli.Flag{&cli.StringFlag{Name: "format", Value: "text"}},
				Action: func(*Env, *cli.Context) error { return tt.err }}
		}
		check := leaf("check")
		check.StatusLine = true
		code, out, _ := run(Command{Name: "vf-sample", Monitor: true, Subcommands: []Command{check, leaf("show")}}, strings.Fields(tt.args)...)
		if strings.TrimSuffix(out, "\n") != tt.want || strings.Contains(out, "UNKNOWN") && code != Unknown {
			t.Errorf("%q, %v: code %d, %q, not %q", tt.args, tt.err, code, out, tt.want)
		}
	}
}
