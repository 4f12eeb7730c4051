package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/capture"
)

const (
	standardLimit = 300 * time.Second // of a microphone
	checkTime     = 3 * time.Second
	// longestTail leaves time for the last words within the 5 s that a pipeline
	// waits after SIGTERM.
	longestTail    = 4 * time.Second
	longestPreRoll = time.Minute
)

// config is what the flags say.
type config struct {
	input    string
	realtime bool
	track    int // of input
	devices  capture.Options
	verbose  bool
	outputs  []string

	listDevices, check, json bool

	limit         time.Duration // of what is written; 0: none
	standardLimit bool          // nobody asked for this limit
	untilSilence  time.Duration // 0: not
	tail          time.Duration
	preRoll       time.Duration

	toggle, armed, meter bool
	cue                  string
}

func flags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "input", Aliases: []string{"i"}, TakesFile: true,
			Usage: "read this WAV `FILE` (any rate, width, channels) in place of the microphone"},
		&cli.BoolFlag{Name: "realtime", Usage: "give out the --input file as slowly as a microphone would, and treat it as one"},
		&cli.StringFlag{Name: "device", Aliases: []string{"D"}, DefaultText: "the system's default",
			Usage: "microphone `NAME`, part of a name, or number"},
		&cli.IntFlag{Name: "channel", Usage: "record only channel `N` of the microphone or the --input file, counted from 1; 0: the mean of all"},
		&cli.IntFlag{Name: "track", DefaultText: "the first", Usage: "record audio track `N` of an --input file with several, counted from 1"},
		&cli.DurationFlag{Name: "reconnect", Value: 30 * time.Second,
			Usage: "wait this `TIME` for a microphone that was unplugged; silence fills the gap"},
		&cli.BoolFlag{Name: "list-devices", Usage: "list the microphones and exit"},
		&cli.BoolFlag{Name: "check", Usage: "listen for 3s (or --max-duration; --input: to its end), say whether the level is good, and exit"},
		&cli.BoolFlag{Name: "json", Usage: "with --list-devices and --check: print JSON"},
		&cli.StringSliceFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "-",
			Usage: "write a WAV `FILE`, or PCM to standard output (-); may be given more than once"},
		&cli.DurationFlag{Name: "max-duration", Aliases: []string{"duration", "d"}, EnvVars: []string{"VOICEFLOW_RECORD_DURATION"},
			DefaultText: "5m of a microphone, all of an --input file",
			Usage:       "stop after this `TIME` of sound, such as 5s or 2m; 0: no limit"},
		&cli.DurationFlag{Name: "until-silence", DefaultText: "off",
			Usage: "stop after speech and then silence of this `TIME`, such as 2s"},
		&cli.DurationFlag{Name: "tail", Value: 300 * time.Millisecond,
			Usage: "record on for this `TIME` after SIGINT or SIGTERM, because keys are let go too early"},
		&cli.BoolFlag{Name: "toggle", Usage: "record; if another vf-record --toggle does so, stop that one instead: for a hot key"},
		&cli.BoolFlag{Name: "armed", Usage: "begin paused; SIGUSR1 resumes and pauses"},
		&cli.DurationFlag{Name: "pre-roll", DefaultText: "1s with --armed, else 0",
			Usage: "begin again with this `TIME` of what was heard before SIGUSR1 resumed"},
		&cli.StringFlag{Name: "cue", DefaultText: "none",
			Usage: "tell when recording has really begun: `print` \"recording\" on standard error, beep, the terminal's bell, or notify, on the desktop"},
		&cli.BoolFlag{Name: "meter", Usage: "show the level on standard error, if that is a terminal"},
	}
}

func readConfig(c *cli.Context) (config, error) {
	cfg := config{
		input: c.String("input"), realtime: c.Bool("realtime"), track: c.Int("track"),
		devices: capture.Options{Device: c.String("device"), Channel: c.Int("channel"), Reconnect: c.Duration("reconnect")},
		verbose: c.String("log-level") == "verbose", outputs: c.StringSlice("output"),
		listDevices: c.Bool("list-devices"), check: c.Bool("check"), json: c.Bool("json"),
		limit: c.Duration("max-duration"), untilSilence: c.Duration("until-silence"),
		tail: c.Duration("tail"), preRoll: c.Duration("pre-roll"),
		toggle: c.Bool("toggle"), armed: c.Bool("armed"), meter: c.Bool("meter"), cue: c.String("cue"),
	}
	if len(cfg.outputs) == 0 {
		cfg.outputs = []string{"-"}
	}
	if cfg.armed && !c.IsSet("pre-roll") {
		cfg.preRoll = time.Second
	}
	if !c.IsSet("max-duration") && cfg.input == "" {
		cfg.limit, cfg.standardLimit = standardLimit, true
		if cfg.check {
			cfg.limit = checkTime
		}
	}
	if err := cfg.validate(c.IsSet("output")); err != nil {
		return config{}, err
	}
	if cfg.input != "" && !cfg.realtime {
		cfg.tail = 0 // what comes next is there already
	}
	return cfg, nil
}

// validate finds all that is wrong; see tool.Command.Check.
func (c config) validate(namesOutput bool) error {
	var all []error
	clash := func(wrong bool, reason string, flags ...string) {
		if wrong {
			all = append(all, &tool.FlagError{Flag: flags[0], Others: flags[1:], Reason: reason})
		}
	}
	clash(c.realtime && c.input == "",
		"--realtime goes with --input FILE: a microphone is in real time anyway", "realtime")
	clash(c.json && !c.check && !c.listDevices, "--json goes with --list-devices and --check", "json")
	const recordsNothing = "--check records nothing: leave out --output and --toggle"
	clash(c.check && c.toggle, recordsNothing, "check", "toggle")
	clash(c.check && !c.toggle && namesOutput, recordsNothing, "check", "output")

	want := func(ok bool, flag string, value any, reason string) {
		if !ok {
			all = append(all, &tool.FlagError{Flag: flag, Value: value, Reason: reason})
		}
	}
	want(slices.Contains([]string{"", "none", "print", "beep", "notify"}, c.cue),
		"cue", c.cue, "use print, beep, notify or none")
	want(c.devices.Channel >= 0, "channel", c.devices.Channel, "channels are counted from 1; 0 takes the mean of all")
	want(c.track >= 0, "track", c.track, "tracks are counted from 1; 0 takes the first")
	want(c.devices.Reconnect >= 0, "reconnect", c.devices.Reconnect, "must not be negative; 0 does not wait")
	want(c.limit >= 0, "max-duration", c.limit, "must not be negative; 0 has no limit")
	want(c.untilSilence == 0 || c.untilSilence >= shortestSilence && c.untilSilence <= longestSilence,
		"until-silence", c.untilSilence, fmt.Sprintf("must be %v to %v", shortestSilence, longestSilence))
	want(c.tail >= 0 && c.tail <= longestTail,
		"tail", c.tail, fmt.Sprintf("must be 0 to %v", longestTail))
	want(c.preRoll >= 0 && c.preRoll <= longestPreRoll,
		"pre-roll", c.preRoll, fmt.Sprintf("must be 0 to %v", longestPreRoll))
	return errors.Join(all...)
}
