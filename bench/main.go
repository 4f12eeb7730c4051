// Bench compares vf-transcribe with whisper.cpp's own whisper-cli: the same
// library, model, files, threads and settings, in turn on the same machine. It
// writes what it measured as Markdown, and says where a target is missed.
//
//	WHISPER_CLI=... go run ./bench [-quick] [-sizes base,small] [-out docs/benchmarks-synthetic.md]
//
// `make bench` stages whisper-cli and runs it. The exit code is 1 where a
// target is missed or something could not be measured; the report is written
// all the same.
//
// It runs the programs as their users do and knows nothing of their inside.
// Speech comes from voiceflow/bench/corpus, models of a real size from
// voiceflow/bench/grow.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stderr))
}

// options are the flags.
type options struct {
	quick    bool
	rounds   int
	sizes    []string
	only     []string
	out      string
	programs string
	cli      string
	vadModel string
	command  string // as it was called, for the report
}

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&o.quick, "quick", false, "measure little of everything, to see that it works")
	flags.IntVar(&o.rounds, "rounds", 0, "repeat each comparison `N` times at most; 1 does without a warm-up; by default 1 to 5 times, as the model is heavy")
	sizes := flags.String("sizes", "base", "`SIZES` of grown models beside the demo model, with commas: tiny base small medium large large-turbo")
	only := flags.String("only", "", "measure these `SECTIONS` alone, with commas: "+strings.Join(sectionNames(), " "))
	flags.StringVar(&o.out, "out", "", "write the report to `FILE` (docs/benchmarks-synthetic.md; with -quick or -only standard output)")
	flags.StringVar(&o.programs, "programs", "bin", "`FOLDER` of vf-transcribe")
	flags.StringVar(&o.cli, "whisper-cli", os.Getenv("WHISPER_CLI"), "whisper.cpp's own `PROGRAM`; WHISPER_CLI by default")
	flags.StringVar(&o.vadModel, "vad-model", os.Getenv("VAD_MODEL"), "`FILE` of the Silero model for whisper-cli --vad; VAD_MODEL by default")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.sizes, o.only = list(*sizes), list(*only)
	if o.out == "" && !o.quick && len(o.only) == 0 {
		o.out = "docs/benchmarks-synthetic.md"
	}
	o.command = "go run ./bench"
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "quick":
			o.command += " -quick"
		case "sizes", "only", "rounds":
			o.command += fmt.Sprintf(" -%s %q", f.Name, f.Value)
		}
	})
	switch {
	case flags.NArg() > 0:
		return nil, fmt.Errorf("%q is no flag; see -help", flags.Arg(0))
	case o.cli == "":
		return nil, errors.New("no whisper-cli to compare with; run make bench, which stages it, or name it by WHISPER_CLI")
	}
	for _, name := range o.only {
		if _, known := sections()[name]; !known {
			return nil, fmt.Errorf("-only %s: use %s", name, strings.Join(sectionNames(), ", "))
		}
	}
	return &o, nil
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func run(ctx context.Context, args []string, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 2
	}
	b, err := prepare(ctx, o, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	started := time.Now()
	b.measure(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "bench: interrupted; nothing is written")
		return 130
	}
	text := b.report.markdown(b.header(o, started))
	if o.out == "" {
		fmt.Print(text)
	} else if err := os.WriteFile(o.out, []byte(text), 0o644); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	missed := b.report.missed()
	for _, c := range missed {
		fmt.Fprintf(stderr, "bench: missed: %s: %s must be %s and is %s\n", c.model, c.what, c.target, c.measured)
	}
	if len(missed) > 0 {
		return 1
	}
	return 0
}
