package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"voiceflow/bench/corpus"
)

const (
	demoModel = "testdata/model/vf-demo.en.bin"
	wordList  = "testdata/model/words.txt"
	cache     = ".native/bench" // models and speech, made once
)

// bench is what all sections need.
type bench struct {
	ours, theirs string // the two programs
	vadModel     string // empty where there is none
	models       []model
	only         []string
	amount       amount
	speech       *corpus.Corpus
	runner       *runner
	report       *report
	progress     io.Writer
}

// amount is how much is measured.
type amount struct {
	rounds      int // odd, so that the median is one of them
	sentences   int // in single files
	long        float64
	few, many   int // files in one call
	utterances  int // with the short context
	fileCounts  []int
	lengths     []float64 // seconds
	refreshings int       // files, for starting recognisers anew
}

func fullAmount() amount {
	return amount{
		rounds: 5, sentences: 20, long: 1800, few: 100, many: 1000, utterances: 320,
		fileCounts: []int{1, 10, 100, 1000}, lengths: []float64{1, 10, 60, 600, 1800, 3600}, refreshings: 100,
	}
}

func quickAmount() amount {
	return amount{
		rounds: 1, sentences: 5, long: 120, few: 5, many: 50, utterances: 20,
		fileCounts: []int{1, 10}, lengths: []float64{1, 10, 60}, refreshings: 10,
	}
}

// model is a file of weights with how much is measured with it.
type model struct {
	name  string
	file  string
	class class
}

// class is how heavy a model is beside the demo model.
type class int

const (
	light  class = iota // the demo model: everything, often
	middle              // tiny and base: everything, a few times
	heavy               // hours otherwise: beside whisper-cli only, with few files
)

func classOf(size string) class {
	if size == "tiny" || size == "base" {
		return middle
	}
	return heavy
}

// has tells whether a section is measured with the model.
func (m model) has(section string) bool {
	switch section {
	case "libraries", "speech": // both programs load the same ones for every model, and speech needs none
		return m.class == light
	case "equal", "used":
		return true
	}
	return m.class < heavy
}

// rounds is how often runs are repeated with the model.
func (b *bench) rounds(m model) int {
	switch m.class {
	case light:
		return b.amount.rounds
	case middle:
		return min(b.amount.rounds, 3)
	}
	return 1
}

// files is how many of so many files are taken with the model.
func (m model) files(n int) int {
	if m.class == heavy {
		return min(n, 4)
	}
	return n
}

func prepare(ctx context.Context, o *options, progress io.Writer) (*bench, error) {
	b := &bench{
		only: o.only, amount: fullAmount(), report: &report{}, progress: progress,
		models: []model{{"demo", demoModel, light}},
	}
	if o.quick {
		b.amount = quickAmount()
	}
	if o.rounds > 0 {
		b.amount.rounds = min(b.amount.rounds, o.rounds)
	}
	var err error
	if b.ours, err = program(filepath.Join(o.programs, "vf-transcribe"), "run make"); err != nil {
		return nil, err
	}
	if b.theirs, err = program(o.cli, "run make bench, which stages it"); err != nil {
		return nil, err
	}
	if o.vadModel != "" {
		if b.vadModel, err = program(o.vadModel, "name a ggml Silero model"); err != nil {
			return nil, err
		}
	}
	if b.speech, err = corpus.Open(cache, wordList); err != nil {
		return nil, fmt.Errorf("%w; start from the project's folder", err)
	}
	if b.runner, err = newRunner(filepath.Join(cache, "settings")); err != nil {
		return nil, err
	}
	for _, size := range o.sizes {
		m, err := grown(ctx, size, progress)
		if err != nil {
			return nil, err
		}
		b.models = append(b.models, m)
	}
	for i := range b.models {
		// whisper-cli may be a script that changes folder.
		if b.models[i].file, err = filepath.Abs(b.models[i].file); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// program gives the absolute path of a file that must be there.
func program(path, remedy string) (string, error) {
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w; %s", err, remedy)
	}
	return filepath.Abs(path)
}

// grown is the demo model in a real model's size, made where it is not there or
// older than the demo model.
func grown(ctx context.Context, size string, progress io.Writer) (model, error) {
	m := model{size, filepath.Join(cache, "grown-"+size+".bin"), classOf(size)}
	small, err := os.Stat(demoModel)
	if err != nil {
		return m, fmt.Errorf("%w; start from the project's folder", err)
	}
	if big, err := os.Stat(m.file); err == nil && big.ModTime().After(small.ModTime()) {
		return m, nil
	}
	cmd := exec.CommandContext(ctx, "go", "run", "./bench/grow", demoModel, size, m.file)
	cmd.Stderr = progress
	if err := cmd.Run(); err != nil {
		return m, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	return m, nil
}

// sentences are n single sentences and their files.
func (b *bench) sentences(ctx context.Context, n int) (sentences []corpus.Sentence, files []string, err error) {
	sentences, err = b.speech.Sentences(ctx, n)
	for _, s := range sentences {
		files = append(files, s.File)
	}
	return slices.Clip(sentences), files, err
}
