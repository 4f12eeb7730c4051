package main

import (
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
)

func flags() []cli.Flag {
	return slices.Concat(startStopFlags(), controlFlags(), inputFlags(), cmdline.Group("Output",
		&cli.StringSliceFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "-",
			Usage: "`FILE` write a WAV file, or PCM to standard output (-); can be repeated"},
		&cli.StringFlag{Name: "output-format", Value: formatPCM,
			Usage: "`FORMAT` what to write to standard output: pcm, or jsonl, which also has marks where dictations " +
				"begin, pause and end"},
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
		&cli.BoolFlag{Name: "json", Usage: "with --list-devices, --check or --status, print JSON"},
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
			Usage: "for a hot key: start recording, or stop the vf-record that is recording"},
		&cli.BoolFlag{Name: "armed", Usage: "start paused, and wait for --toggle, --start or SIGUSR1; with " +
			"--output-format jsonl, wait again after each dictation"},
		&cli.StringFlag{Name: "standby", Value: standbyOpen,
			Usage: "`MICROPHONE` with --armed, while waiting: open, for --pre-roll, or closed, for privacy"},
		&cli.DurationFlag{Name: "pre-roll", DefaultText: "1s with --armed, otherwise 0",
			Usage: "`TIME` when recording resumes, include this much sound from before it"},
		&cli.DurationFlag{Name: "tail", Value: 300 * time.Millisecond,
			Usage: "`TIME` after a stop, wait this long for a word to end, because people release the key too early"},
	)
}

func controlFlags() []cli.Flag {
	return cmdline.Group("Control another vf-record",
		&cli.BoolFlag{Name: "start", Usage: "for the press of a key: let the armed vf-record start, or record"},
		&cli.BoolFlag{Name: "stop", Usage: "for its release: end the dictation, and wait until it is written"},
		&cli.BoolFlag{Name: "cancel", Usage: "end the dictation and drop it; needs --output-format jsonl"},
		&cli.BoolFlag{Name: "status", Usage: "print off, armed, recording, paused or stopping, and exit"},
		&cli.BoolFlag{Name: "follow", Usage: "with --status, also print each change"},
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
