// Detection judges vf-vad's own network on sound that people really have, beside
// Silero's, with the same rules for utterances:
//
//	go run ./bench/detection -silero MODEL -people DIR... -others DIR... [-all] [-spans FILE]
//
// The folders have WAV files, 16 kHz mono; scripts/real-sound.sh makes them of
// Debian's packages. In people's recordings somebody speaks: it counts those in
// which nothing is found though Silero hears speech, those whose speech begins
// more than 0.1 s later than by Silero, and those whose speech ends more than
// 0.3 s earlier. In others nobody does: it counts the seconds taken for speech.
// With -all people's recordings are judged cut to begin at 0, 50, 100 and 200 ms
// before the speech, too, and 20 and 40 dB softer.
//
// -spans writes a JSON line per recording with what Silero hears in it, for
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

// config is what the flags say.
type config struct {
	silero         string
	people, others folders
	all            bool
	spans          string
}

// folders are those that a flag names, which may come more than once.
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
	flags.StringVar(&c.silero, "silero", "", "Silero's model `FILE`")
	flags.Var(&c.people, "people", "`FOLDER` of recordings in which somebody speaks")
	flags.Var(&c.others, "others", "`FOLDER` of recordings in which nobody does")
	flags.BoolVar(&c.all, "all", false, "cut and softer, too")
	flags.StringVar(&c.spans, "spans", "", "`FILE` for what Silero hears")
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
	library, err := whisper.Load(whisper.Options{Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff}, zerolog.Nop())
	if err != nil {
		return err
	}
	defer library.Close()
	ears := ears{library: library, model: c.silero}
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
			if err := ears.each(folder, v, spans, p.count); err != nil {
				return err
			}
			fmt.Fprintf(stdout, "%s, %s: %v\n", filepath.Base(folder), v.name, &p)
		}
	}
	for _, folder := range c.others {
		var o others
		if err := ears.each(folder, asIs, spans, o.count); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s: %v\n", filepath.Base(folder), &o)
	}
	return nil
}
