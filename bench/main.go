// Bench compares vf-transcribe with whisper.cpp's own whisper-cli: the same
// library, model, files, threads and settings, in turn on the same machine. It
// writes its measurements as Markdown and reports missed targets.
//
//	WHISPER_CLI=... go run ./bench [-quick] [-sizes base,small] [-out docs/benchmarks-synthetic.md]
//
// `make bench` prepares whisper-cli and runs it. The exit code is 1 if a target is
// missed or something could not be measured; the report is still written.
//
// It runs the programs as their users do and does not depend on their internals.
// Speech comes from voiceflow/bench/corpus, models of realistic sizes from
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

// options are the command-line flags.
type options struct {
	quick    bool
	rounds   int
	sizes    []string
	only     []string
	out      string
	programs string
	cli      string
	vadModel string
	command  string // the command line, for the report
}

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&o.quick, "quick", false, "measure a little of everything, to check that it works")
	flags.IntVar(&o.rounds, "rounds", 0, "repeat each comparison at most `N` times; 1 skips the warm-up "+
		"(default 1 to 5, depending on the model)")
	sizes := flags.String("sizes", "base", "also measure grown models of these `SIZES`, separated by commas: "+
		"tiny base small medium large large-turbo")
	only := flags.String("only", "", "measure only these `SECTIONS`, separated by commas: "+
		strings.Join(sectionNames(), " "))
	flags.StringVar(&o.out, "out", "", "write the report to `FILE` "+
		"(default docs/benchmarks-synthetic.md; standard output with -quick or -only)")
	flags.StringVar(&o.programs, "programs", "bin", "`FOLDER` that contains vf-transcribe")
	flags.StringVar(&o.cli, "whisper-cli", os.Getenv("WHISPER_CLI"), "whisper.cpp's own `PROGRAM` (WHISPER_CLI)")
	flags.StringVar(&o.vadModel, "vad-model", os.Getenv("VAD_MODEL"),
		"`FILE` with the Silero model for whisper-cli --vad (VAD_MODEL)")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.sizes, o.only = splitList(*sizes), splitList(*only)
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
		return nil, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case o.cli == "":
		return nil, errors.New("no whisper-cli to compare with; run make bench, which prepares it, or set WHISPER_CLI")
	}
	for _, name := range o.only {
		if _, ok := sections()[name]; !ok {
			return nil, fmt.Errorf("-only: unknown section %q; use %s", name, strings.Join(sectionNames(), ", "))
		}
	}
	return &o, nil
}

func splitList(s string) []string {
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
		fmt.Fprintln(stderr, "bench: interrupted; no report was written")
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
		fmt.Fprintf(stderr, "bench: missed: %s: %s: target %s, measured %s\n", c.model, c.what, c.target, c.measured)
	}
	if len(missed) > 0 {
		return 1
	}
	return 0
}
