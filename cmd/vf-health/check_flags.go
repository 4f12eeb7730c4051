package main

import (
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/check"
	"voiceflow/internal/health/report"
)

func checkFlags() []cli.Flag {
	flags := slices.Concat(
		cmdline.Group("Tests",
			&cli.StringFlag{Name: "suite", Value: check.Timing,
				Usage: "`SUITE` " + strings.Join(check.Suites(), ", ") + ", several of these separated by commas, or all"},
			&cli.BoolFlag{Name: "realtime", DefaultText: "for the timing patterns; not for recordings named without --suite",
				Usage: "replay at the speed of a microphone, and measure the latency"},
			&cli.StringFlag{Name: "baseline", DefaultText: "none",
				Usage: "`ACTION` save or compare: store this machine's performance, or compare it with the stored one"},
			&cli.IntFlag{Name: "utterances", Value: 120, Usage: "`N` number of utterances in the performance suite"},
			&cli.DurationFlag{Name: "patience", Value: 3 * time.Minute,
				Usage: "`TIME` report CRITICAL if a program does not respond for this long after the recording"},
		),
		cmdline.Group("Output",
			&cli.BoolFlag{Name: "words", Usage: "show the words as they are recognised"},
			&cli.StringFlag{Name: "format", Value: "text",
				Usage: "`FORMAT` report format: " + strings.Join(report.Formats(), ", ")},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "standard output",
				Usage: "`FILE` write the report to a file, atomically"},
		),
		cmdline.Group("Programs",
			&cli.StringFlag{Name: "model", Aliases: []string{"m"}, EnvVars: []string{"VOICEFLOW_MODEL"}, TakesFile: true,
				DefaultText: "vf-transcribe's default", Usage: "`MODEL` ggml model for vf-transcribe"},
			&cli.StringFlag{Name: "device", EnvVars: []string{"VOICEFLOW_TRANSCRIBE_DEVICE"},
				DefaultText: "vf-transcribe's setting",
				Usage:       "`DEVICE` device for vf-transcribe; falling back to the CPU is critical"},
			&cli.StringFlag{Name: "connect", DefaultText: "none",
				Usage: "`ADDRESS` let this server decode, as vf-transcribe --connect does"},
			programsFlag(),
			&cli.StringFlag{Name: "state", TakesFile: true, DefaultText: "$XDG_STATE_HOME/voiceflow",
				Usage: "`FOLDER` folder of the history and the baseline"},
		),
	)
	limits := check.DefaultLimits()
	for _, l := range limits.Named() {
		limit := &cli.StringFlag{Name: l.Name, Value: l.String(), Usage: "`LIMITS` " + l.Usage}
		flags = append(flags, cmdline.Group("Limits, as WARNING:CRITICAL", limit)...)
	}
	return flags
}
