package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/capture"
)

const (
	standardLimit = 300 * time.Second // for a microphone
	checkTime     = 3 * time.Second
	// longestTail leaves time for the last words within the 5 s that a pipeline
	// waits after SIGTERM.
	longestTail    = 4 * time.Second
	longestPreRoll = time.Minute
)

// config is the configuration from the flags.
type config struct {
	input    string
	realtime bool
	track    int // audio track of input
	devices  capture.Options
	verbose  bool
	outputs  []string

	listDevices, check, json bool

	limit         time.Duration // maximum length of the recording; 0: none
	standardLimit bool          // limit is the default
	untilSilence  time.Duration // 0: off
	tail          time.Duration
	preRoll       time.Duration

	toggle, armed, meter bool
	cue                  string
}

func flags() []cli.Flag {
	return slices.Concat(startStopFlags(), inputFlags(), cmdline.Group("Output",
		&cli.StringSliceFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "-",
			Usage: "`FILE` write a WAV file, or PCM to standard output (-); can be repeated"},
	), cmdline.Group("Feedback",
		&cli.StringFlag{Name: "cue", DefaultText: "none",
			Usage: "`CUE` signal the start of recording: print writes \"recording\" to standard error, " +
				"beep rings the terminal bell, notify shows a desktop notification"},
		&cli.BoolFlag{Name: "meter", Usage: "show the level on standard error, if it is a terminal"},
	), cmdline.Group("Information",
		&cli.BoolFlag{Name: "list-devices", Usage: "list the microphones and the monitors of outputs, and exit"},
		&cli.BoolFlag{Name: "check",
			Usage: "ask you to speak, listen for 3s (or --max-duration, or to the end of --input), " +
				"report whether the level is good, and exit"},
		&cli.BoolFlag{Name: "json", Usage: "with --list-devices or --check, print JSON"},
	))
}

func startStopFlags() []cli.Flag {
	return cmdline.Group("Start and stop",
		&cli.DurationFlag{Name: "max-duration", Aliases: []string{"duration", "d"},
			EnvVars: []string{"VOICEFLOW_RECORD_DURATION"}, DefaultText: "5m from a microphone, none with --input",
			Usage: "`TIME` stop after this much sound, such as 5s or 2m; 0 means no limit"},
		&cli.DurationFlag{Name: "until-silence", DefaultText: "off",
			Usage: "`TIME` stop when speech is followed by this much silence, such as 2s"},
		&cli.BoolFlag{Name: "toggle",
			Usage: "for a hot key: start recording, or stop the vf-record --toggle that is running"},
		&cli.BoolFlag{Name: "armed", Usage: "start paused; SIGUSR1 resumes and pauses"},
		&cli.DurationFlag{Name: "pre-roll", DefaultText: "1s with --armed, otherwise 0",
			Usage: "`TIME` when SIGUSR1 resumes, include this much sound from before it"},
		&cli.DurationFlag{Name: "tail", Value: 300 * time.Millisecond,
			Usage: "`TIME` keep recording this long after SIGINT or SIGTERM, because people release the key too early"},
	)
}

func inputFlags() []cli.Flag {
	return cmdline.Group("Input",
		&cli.StringFlag{Name: "device", Aliases: []string{"D"}, DefaultText: "the system's default",
			Usage: "`NAME` microphone: its name, its description, part of either, or its number"},
		&cli.StringFlag{Name: "input", Aliases: []string{"i"}, TakesFile: true,
			Usage: "`FILE` read this WAV file (any rate, width and channels) instead of the microphone"},
		&cli.BoolFlag{Name: "realtime", Usage: "feed the --input file in real time, as if it came from a microphone"},
		&cli.IntFlag{Name: "channel", Usage: "`N` record only channel N, counted from 1; 0 mixes all channels"},
		&cli.IntFlag{Name: "track", DefaultText: "the first",
			Usage: "`N` record audio track N, counted from 1, of an --input file that has several"},
		&cli.DurationFlag{Name: "reconnect", Value: 30 * time.Second,
			Usage: "`TIME` how long to wait for an unplugged microphone to return; silence fills the gap"},
	)
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
		cfg.tail = 0 // a file is not live, so there is nothing to wait for
	}
	return cfg, nil
}

// validate reports all mistakes; see cmdline.Command.Check.
func (c config) validate(namesOutput bool) error {
	var all []error
	clash := func(wrong bool, reason string, flags ...string) {
		if wrong {
			all = append(all, &cmdline.FlagError{Flag: flags[0], Others: flags[1:], Reason: reason})
		}
	}
	clash(c.realtime && c.input == "",
		"--realtime needs --input FILE: a microphone is always in real time", "realtime")
	clash(c.json && !c.check && !c.listDevices, "--json needs --list-devices or --check", "json")
	const recordsNothing = "--check records nothing: leave out --output and --toggle"
	clash(c.check && c.toggle, recordsNothing, "check", "toggle")
	clash(c.check && !c.toggle && namesOutput, recordsNothing, "check", "output")

	want := func(ok bool, flag string, value any, reason string) {
		if !ok {
			all = append(all, &cmdline.FlagError{Flag: flag, Value: value, Reason: reason})
		}
	}
	want(slices.Contains([]string{"", "none", "print", "beep", "notify"}, c.cue),
		"cue", c.cue, "use print, beep, notify or none")
	want(c.devices.Channel >= 0, "channel", c.devices.Channel, "channels are counted from 1; 0 mixes all channels")
	want(c.track >= 0, "track", c.track, "tracks are counted from 1; 0 is the first")
	want(c.devices.Reconnect >= 0, "reconnect", c.devices.Reconnect, "must not be negative; 0 does not wait")
	want(c.limit >= 0, "max-duration", c.limit, "must not be negative; 0 means no limit")
	want(c.untilSilence == 0 || c.untilSilence >= shortestSilence && c.untilSilence <= longestSilence,
		"until-silence", c.untilSilence, fmt.Sprintf("must be %v to %v", shortestSilence, longestSilence))
	want(c.tail >= 0 && c.tail <= longestTail,
		"tail", c.tail, fmt.Sprintf("must be 0 to %v", longestTail))
	want(c.preRoll >= 0 && c.preRoll <= longestPreRoll,
		"pre-roll", c.preRoll, fmt.Sprintf("must be 0 to %v", longestPreRoll))
	return errors.Join(all...)
}
