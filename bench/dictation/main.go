// Dictation measures how soon text comes after speech in the pipeline, hands free, and
// whether text while speaking and early decoding change any word.
//
//	go run ./bench/dictation [-sentences N] [-model FILE] [-only PART]
//
// It plays sentences into vf-vad in real time, with a second of silence after each, and
// takes the time from the end of the speech to the transcript's line. Latencies are of the
// same sentences in turn, without other work on the machine. scripts/bench.sh prepares
// what it needs. It prints Markdown.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"voiceflow/bench/corpus"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench/dictation:", err)
		os.Exit(1)
	}
}

type bench struct {
	programs, model string
	sentences       []corpus.Sentence
}

func run(args []string) error {
	flags := flag.NewFlagSet("dictation", flag.ContinueOnError)
	n := flags.Int("sentences", 40, "`N` sentences to time")
	many := flags.Int("many", 300, "`N` sentences whose words are compared")
	model := flags.String("model", "testdata/model/vf-demo.en.bin", "ggml model `FILE`")
	programs := flags.String("programs", "bin", "`FOLDER` of the programs")
	only := flags.String("only", "", "measure only this `PART`: latency or words")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := corpus.Open(filepath.Join(os.TempDir(), "voiceflow-bench"), "testdata/model/words.txt")
	if err != nil {
		return err
	}
	sentences, err := c.Sentences(context.Background(), max(*n, *many))
	if err != nil {
		return err
	}
	b := &bench{programs: *programs, model: *model}
	if *only != "words" {
		b.sentences = sentences[:*n]
		if err := b.latency(); err != nil {
			return err
		}
	}
	if *only != "latency" {
		b.sentences = sentences[:*many]
		return b.words()
	}
	return nil
}

// latency prints how soon text comes, with several settings.
func (b *bench) latency() error {
	fmt.Printf("%d sentences, %s, from the end of speech to the text, in seconds:\n\n",
		len(b.sentences), filepath.Base(b.model))
	fmt.Println("| vf-vad | median | 95th percentile | first partial text, median |\n|---|---|---|---|")
	for _, options := range [][]string{{"--no-early"}, {}, {"--partial", "500ms"}} {
		heard, err := b.play(b.sentences, options)
		if err != nil {
			return err
		}
		var late, first []float64
		for _, h := range heard {
			late = append(late, h.late)
			if h.first > 0 {
				first = append(first, h.first)
			}
		}
		fmt.Printf("| %s | %.2f | %.2f | %s |\n",
			strings.Join(options, " "), percentile(late, 50), percentile(late, 95), shown(first))
	}
	fmt.Println()
	return nil
}

func shown(all []float64) string {
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", percentile(all, 50))
}

// result is what became of some sentences.
type result struct {
	heard   []heard
	without []string // their texts without anything in advance
	err     error
}

// words prints whether text while speaking changes words, and how much of it is retracted.
func (b *bench) words() error {
	const streams = 4 // at the same time
	results := make(chan result)
	for part := range slices.Chunk(b.sentences, (len(b.sentences)+streams-1)/streams) {
		go func() {
			heard, err := b.play(part, []string{"--partial", "500ms"})
			without, werr := b.plain(part)
			results <- result{heard, without, errors.Join(err, werr)}
		}()
	}
	var sum heard
	utterances, different := 0, 0
	for range streams {
		r := <-results
		if r.err != nil {
			return r.err
		}
		utterances += len(r.heard)
		for i, h := range r.heard {
			sum.partials += h.partials
			sum.stable += h.stable
			sum.changed += h.changed
			sum.contradicted += h.contradicted
			if i >= len(r.without) || r.without[i] != h.text {
				different++
			}
		}
	}
	fmt.Printf("%d utterances, %d partial texts, %d stable words: %d of them changed later, %d in the transcript;\n"+
		"%d transcripts differ from those without --partial and early decoding.\n",
		utterances, sum.partials, sum.stable, sum.changed, sum.contradicted, different)
	return nil
}

// percentile returns the smallest value that p percent do not exceed.
func percentile(all []float64, p int) float64 {
	all = slices.Sorted(slices.Values(all))
	if len(all) == 0 {
		return 0
	}
	return all[max((len(all)*p+99)/100-1, 0)]
}
