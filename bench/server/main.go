// Server compares vf-transcribe --listen with whisper.cpp's whisper-server over HTTP, and
// the hot key's pipeline that decodes on its own with one that uses a server.
//
//	go run ./bench/server -whisper-server PROGRAM [-model FILE] [-rounds N]
//
// scripts/bench-server.sh prepares whisper-server and runs it. Both servers run in turn on
// the same machine, with the same model, files and threads; times are of the whole run, and
// ratios are the median over the rounds. It prints Markdown.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench/server:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	theirs := flags.String("whisper-server", "", "whisper.cpp's `PROGRAM`")
	model := flags.String("model", "testdata/model/vf-demo.en.bin", "ggml model `FILE`")
	programs := flags.String("programs", "bin", "`FOLDER` of the programs")
	rounds := flags.Int("rounds", 5, "`N` rounds of each comparison")
	threads := flags.Int("threads", 2, "`N` threads of each server")
	only := flags.String("only", "", "measure only this `PART`: equal, used, clients or hotkey")
	if err := flags.Parse(args); err != nil {
		return err
	}
	sentences, err := filepath.Glob("testdata/recordings/sentence-*.wav")
	if err != nil {
		return err
	}
	b := &bench{model: *model, programs: *programs, theirs: *theirs, threads: *threads, rounds: *rounds,
		files: slices.Concat(sentences, sentences)}
	if b.model, err = filepath.Abs(b.model); err != nil {
		return err
	}
	fmt.Printf("%d sentences, %s, %d threads, %d rounds; ratios are ours / theirs, with the range of the rounds.\n\n",
		len(b.files), filepath.Base(b.model), b.threads, b.rounds)
	fmt.Println("| | ours | theirs | ratio |\n|---|---|---|---|")
	for _, part := range []struct {
		name string
		run  func() error
	}{{"equal", b.equalWork}, {"used", b.asRun}, {"clients", b.clients}, {"hotkey", b.hotKey}} {
		if *only != "" && *only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			return err
		}
	}
	return nil
}

type bench struct {
	model, programs, theirs string
	threads, rounds         int
	files                   []string
}

// row prints a comparison of durations in pairs.
func row(what string, ours, theirs []time.Duration) {
	var ratios []float64
	for i := range ours {
		ratios = append(ratios, float64(ours[i])/float64(theirs[i]))
	}
	slices.Sort(ratios)
	fmt.Printf("| %s | %.2f s | %.2f s | %.2f (%.2f to %.2f) |\n", what, median(ours).Seconds(), median(theirs).Seconds(),
		ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1])
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// equalWork compares full windows, greedy, one request after the other.
func (b *bench) equalWork() error {
	return b.compare("full windows, one after the other", 1,
		"--audio-ctx", "full", "--beam-size", "1", "--temperature-inc", "0")
}

// asRun compares the servers as they are.
func (b *bench) asRun() error { return b.compare("as run, one after the other", 1) }

// clients compares them with eight clients at once.
func (b *bench) clients() error {
	return b.compare("as run, 8 clients at once", 8, "--jobs", fmt.Sprint(b.threads))
}

// compare sends all sentences to both servers, in turn.
func (b *bench) compare(what string, clients int, options ...string) error {
	ours, err := b.startOurs(options...)
	if err != nil {
		return err
	}
	defer ours.stop()
	theirs, err := b.startTheirs()
	if err != nil {
		return err
	}
	defer theirs.stop()
	var timesOurs, timesTheirs []time.Duration
	for round := range b.rounds + 1 { // the first one warms up
		took, err := ours.sendAll(b.files, clients)
		if err != nil {
			return fmt.Errorf("ours: %w", err)
		}
		other, err := theirs.sendAll(b.files, clients)
		if err != nil {
			return fmt.Errorf("theirs: %w", err)
		}
		if round > 0 {
			timesOurs, timesTheirs = append(timesOurs, took), append(timesTheirs, other)
		}
	}
	row(what, timesOurs, timesTheirs)
	a, z := ours.memory(), theirs.memory()
	fmt.Printf("| memory, %s | %.0f MB | %.0f MB | %.2f |\n", what, a, z, a/z)
	return nil
}

// hotKey compares the pipeline of the hot key with a server and without, from the start of
// its programs to its text.
func (b *bench) hotKey() error {
	ours, err := b.startOurs()
	if err != nil {
		return err
	}
	defer ours.stop()
	var connected, alone []time.Duration
	for round := range b.rounds + 1 {
		file := b.files[round%len(b.files)]
		with, err := b.pipeline(file, "--connect "+ours.address)
		if err != nil {
			return err
		}
		without, err := b.pipeline(file, fmt.Sprintf("-m '%s'", strings.ReplaceAll(b.model, "'", `'\''`)))
		if err != nil {
			return err
		}
		if round > 0 {
			connected, alone = append(connected, with), append(alone, without)
		}
	}
	row("hot key to text (with a server / without)", connected, alone)
	return nil
}
