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
	cache     = ".native/bench" // models and speech, generated once
)

// bench is what all sections need.
type bench struct {
	ours, theirs string // the two programs
	vadModel     string // empty: none
	models       []model
	only         []string
	amount       amount
	speech       *corpus.Corpus
	runner       *runner
	report       *report
	progress     io.Writer
}

// amount is how much to measure.
type amount struct {
	rounds      int // odd, so that the median is a real run
	sentences   int // one per file
	long        float64
	few, many   int // files in one call
	utterances  int // with the fitted window, and for speech detection
	fileCounts  []int
	lengths     []float64 // seconds
	refreshings int       // files, for replacing recognisers
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

// model is a model file and how much to measure with it.
type model struct {
	name  string
	file  string
	class class
}

// class is how heavy a model is compared with the demo model.
type class int

const (
	light  class = iota // the demo model: everything, often
	middle              // tiny and base: everything, a few times
	heavy               // would take hours: only compared with whisper-cli, with few files
)

func classOf(size string) class {
	if size == "tiny" || size == "base" {
		return middle
	}
	return heavy
}

// measures reports whether a section is measured with the model.
func (m model) measures(section string) bool {
	switch section {
	case "libraries", "speech": // the same for every model
		return m.class == light
	case "equal", "used":
		return true
	}
	return m.class < heavy
}

// rounds returns how often runs are repeated with the model.
func (b *bench) rounds(m model) int {
	switch m.class {
	case light:
		return b.amount.rounds
	case middle:
		return min(b.amount.rounds, 3)
	}
	return 1
}

// limit returns how many of n files to use with the model.
func (m model) limit(n int) int {
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
	if b.ours, err = existingFile(filepath.Join(o.programs, "vf-transcribe"), "run make"); err != nil {
		return nil, err
	}
	if b.theirs, err = existingFile(o.cli, "run make bench, which prepares it"); err != nil {
		return nil, err
	}
	if o.vadModel != "" {
		if b.vadModel, err = existingFile(o.vadModel, "name a ggml Silero model"); err != nil {
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
		m, err := grownModel(ctx, size, progress)
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

// existingFile returns the absolute path of a file that must exist.
func existingFile(path, remedy string) (string, error) {
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w; %s", err, remedy)
	}
	return filepath.Abs(path)
}

// grownModel returns the demo model grown to a real model's size. It is made if it is missing
// or older than the demo model.
func grownModel(ctx context.Context, size string, progress io.Writer) (model, error) {
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

// sentences returns n single sentences and their files.
func (b *bench) sentences(ctx context.Context, n int) (sentences []corpus.Sentence, files []string, err error) {
	sentences, err = b.speech.Sentences(ctx, n)
	for _, s := range sentences {
		files = append(files, s.File)
	}
	return slices.Clip(sentences), files, err
}
