// Detection compares vf-vad's own network with Silero's on real recordings, with the
// same rules for utterances:
//
//	go run ./bench/detection -silero MODEL -people DIR... -others DIR... [-all] [-spans FILE]
//
// The folders contain WAV files, 16 kHz mono; scripts/real-sound.sh makes them from
// Debian's packages. The recordings of people contain speech: the program counts those
// in which nothing is detected although Silero hears speech, those whose speech begins
// more than 0.1 s later than with Silero, and those whose speech ends more than 0.3 s
// earlier. The others contain none: it counts the seconds mistaken for speech. With
// -all, the recordings of people are also tested cut to begin 0, 50, 100 and 200 ms
// before the speech, and 20 and 40 dB quieter.
//
// -spans writes one JSON line per recording with the speech that Silero detects, for
// scripts/speech-network.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"voiceflow/pkg/whisper"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// config holds the flags.
type config struct {
	silero         string
	people, others folders
	all            bool
	spans          string
}

// folders is a flag that may be given more than once.
type folders []string

func (f *folders) String() string { return strings.Join(*f, " ") }

func (f *folders) Set(folder string) error {
	*f = append(*f, folder)
	return nil
}

func run(args []string, stdout, stderr io.Writer) int {
	var c config
	flags := flag.NewFlagSet("detection", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.silero, "silero", "", "`FILE` with Silero's model")
	flags.Var(&c.people, "people", "`FOLDER` of recordings with speech; may be repeated")
	flags.Var(&c.others, "others", "`FOLDER` of recordings without speech; may be repeated")
	flags.BoolVar(&c.all, "all", false, "also test the recordings cut and quieter")
	flags.StringVar(&c.spans, "spans", "", "write the speech that Silero detects to `FILE`")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case c.silero == "" || flags.NArg() > 0:
		fmt.Fprintln(stderr, "usage: go run ./bench/detection -silero MODEL -people FOLDER... -others FOLDER...")
		return 2
	}
	if err := judge(&c, stdout); err != nil {
		fmt.Fprintln(stderr, "detection:", err)
		return 1
	}
	return 0
}

func judge(c *config, stdout io.Writer) error {
	library, err := whisper.Load(whisper.Options{
		Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff,
	}, zerolog.Nop())
	if err != nil {
		return err
	}
	defer library.Close()
	both := detectors{library: library, model: c.silero}
	var spans io.Writer = io.Discard
	if c.spans != "" {
		file, err := os.Create(c.spans)
		if err != nil {
			return err
		}
		defer file.Close()
		spans = file
	}
	variants := []variant{asIs}
	if c.all {
		variants = allVariants()
	}
	for _, folder := range c.people {
		for _, v := range variants {
			var p people
			if err := both.each(folder, v, spans, p.count); err != nil {
				return err
			}
			fmt.Fprintf(stdout, "%s, %s: %v\n", filepath.Base(folder), v.name, &p)
		}
	}
	for _, folder := range c.others {
		var o others
		if err := both.each(folder, asIs, spans, o.count); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s: %v\n", filepath.Base(folder), &o)
	}
	return nil
}
