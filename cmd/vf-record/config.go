package main

import (
	"errors"
	"fmt"
	"maps"
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

	armed, meter bool
	standby      string // of an armed recorder
	outputFormat string // of standard output
	cue          string

	press          string // toggle, start, stop or cancel; empty: this is no press
	pressed        moment // when, if that started the recording
	status, follow bool
}

// The values of --standby and --output-format.
const (
	standbyOpen, standbyClosed = "open", "closed"
	formatPCM, formatJSONLines = "pcm", "jsonl"
)

// isLive reports whether the sound cannot be recorded again, so that it is kept even after
// errors.
func (c config) isLive() bool { return c.input == "" || c.realtime }

func readConfig(c *cli.Context) (config, error) {
	cfg := config{
		input: c.String("input"), realtime: c.Bool("realtime"), track: c.Int("track"),
		devices: capture.Options{Device: c.String("device"), Channel: c.Int("channel"), Reconnect: c.Duration("reconnect")},
		verbose: c.String("log-level") == "verbose", outputs: c.StringSlice("output"),
		listDevices: c.Bool("list-devices"), check: c.Bool("check"), json: c.Bool("json"),
		limit: c.Duration("max-duration"), untilSilence: c.Duration("until-silence"),
		tail: c.Duration("tail"), preRoll: c.Duration("pre-roll"),
		armed: c.Bool("armed"), meter: c.Bool("meter"), cue: c.String("cue"),
		standby: c.String("standby"), outputFormat: c.String("output-format"),
		status: c.Bool("status"), follow: c.Bool("follow"),
	}
	for _, press := range slices.Sorted(maps.Keys(pressNames)) {
		if c.Bool(press) {
			cfg.press = press
		}
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
	if err := errors.Join(cfg.validate(c.IsSet("output")), onlyOne(c)); err != nil {
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
	clash(c.json && !c.check && !c.listDevices && !c.status, "--json needs --list-devices, --check or --status", "json")
	clash(c.follow && !c.status, "--follow needs --status", "follow")
	const recordsNothing = "--check records nothing: leave out --output and --toggle"
	clash(c.check && c.press != "", recordsNothing, "check", c.press)
	clash(c.check && c.press == "" && namesOutput, recordsNothing, "check", "output")
	clash(c.outputFormat == formatJSONLines && !slices.Contains(c.outputs, "-"),
		"--output-format jsonl is for standard output: add -o -", "output-format", "output")

	want := func(ok bool, flag string, value any, reason string) {
		if !ok {
			all = append(all, &cmdline.FlagError{Flag: flag, Value: value, Reason: reason})
		}
	}
	want(slices.Contains([]string{"", "none", "print", "beep", "notify"}, c.cue),
		"cue", c.cue, "use print, beep, notify or none")
	want(slices.Contains([]string{formatPCM, formatJSONLines}, c.outputFormat),
		"output-format", c.outputFormat, "use pcm or jsonl")
	want(slices.Contains([]string{standbyOpen, standbyClosed}, c.standby), "standby", c.standby, "use open or closed")
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

// onlyOne returns an error if two flags ask for different actions.
func onlyOne(c *cli.Context) error {
	set := slices.DeleteFunc([]string{"start", "stop", "cancel", "status", "toggle"}, func(flag string) bool {
		return !c.Bool(flag)
	})
	if len(set) < 2 {
		return nil
	}
	reason := fmt.Sprintf("use either --%s or --%s", set[0], set[1])
	return &cmdline.FlagError{Flag: set[0], Others: set[1:], Reason: reason}
}
