// Package corpus generates test speech with known words and times: sentences of
// random words, spoken by espeak-ng and flite and normalised by sox, and long
// recordings assembled from them.
//
//	c, err := corpus.Open(".native/bench", "testdata/model/words.txt")
//	...
//	sentences, err := c.Sentences(ctx, 320)
//	long, err := c.Long(ctx, 1800)
//
// The same seed always produces the same words, voices and pauses, and generated
// speech is kept in the folder. Next to each sentence is NAME.txt with its words, and
// next to each long recording NAME.tsv with the start and end of each sentence in
// seconds and its words. All audio is WAV, 16 kHz, mono, 16 bits.
//
// The package measures nothing and does not run a recogniser.
package corpus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// edition is raised when sentences start to sound different, so that older files are not used.
const edition = 1

// speakers is how many sentences are synthesised in parallel.
const speakers = 2

// Corpus is a folder of test speech generated from a list of words.
type Corpus struct {
	dir   string
	words []string
}

// Open reads a list of words separated by white space. The speech is kept in a folder under dir
// whose name depends on the words.
func Open(dir, wordList string) (*Corpus, error) {
	text, err := os.ReadFile(wordList)
	if err != nil {
		return nil, fmt.Errorf("cannot read the word list: %w", err)
	}
	words := strings.Fields(string(text))
	if len(words) == 0 {
		return nil, fmt.Errorf("word list %s is empty", wordList)
	}
	sum := sha256.Sum256(fmt.Appendln(nil, edition, seed, words))
	c := &Corpus{dir: filepath.Join(dir, "speech-"+hex.EncodeToString(sum[:4])), words: words}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, fmt.Errorf("%w; the folder must be writable", err)
	}
	if c.dir, err = filepath.Abs(c.dir); err != nil {
		return nil, err
	}
	return c, nil
}

// Sentence is a single sentence in a file of its own.
type Sentence struct {
	File string
	Text string
}

// Sentences returns the first n of an endless sequence of sentences of 3 to 8 words, with a
// quarter of a second of silence before and after. Missing ones are generated.
func (c *Corpus) Sentences(ctx context.Context, n int) ([]Sentence, error) {
	sentences := make([]Sentence, n)
	var missing []int
	for i := range sentences {
		sentences[i] = Sentence{File: c.sentenceFile(i), Text: c.draw(i).text()}
		truth, err := os.ReadFile(truthFile(sentences[i].File))
		if err != nil || strings.TrimSpace(string(truth)) != sentences[i].Text {
			missing = append(missing, i)
		}
	}
	return sentences, c.speakAll(ctx, missing)
}

func (c *Corpus) sentenceFile(i int) string {
	return filepath.Join(c.dir, fmt.Sprintf("sentence-%04d.wav", i+1))
}

func truthFile(wav string) string { return strings.TrimSuffix(wav, ".wav") + ".txt" }

// speakAll divides the sentences among the speakers. The first failure stops all of them.
func (c *Corpus) speakAll(ctx context.Context, numbers []int) error {
	if len(numbers) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	var group sync.WaitGroup
	for range speakers {
		group.Go(func() {
			for i := range queue {
				if err := c.speak(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, i := range numbers {
		queue <- i // after a failure, speak returns immediately
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}

// speak writes the files of sentence i. Its words are written last, which marks the sound as
// complete.
func (c *Corpus) speak(ctx context.Context, i int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, wav := c.draw(i), c.sentenceFile(i)
	part := strings.TrimSuffix(wav, ".wav") + ".part.wav"
	raw := strings.TrimSuffix(wav, ".wav") + ".raw.wav"
	defer os.Remove(raw)
	err := s.voice.speak(ctx, s.text(), raw)
	if err == nil {
		err = shape(ctx, raw, part)
	}
	if err != nil {
		return fmt.Errorf("sentence %d in voice %s: %w", i+1, s.voice, err)
	}
	if err := os.Rename(part, wav); err != nil {
		return err
	}
	return os.WriteFile(truthFile(wav), []byte(s.text()+"\n"), 0o644)
}

// Copies returns n files with different names that contain the sentences in turn, for measuring
// how a large number of files is handled. They are hard links, which take no space.
func (c *Corpus) Copies(sentences []Sentence, n int) ([]string, error) {
	dir := filepath.Join(c.dir, "copies")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	files := make([]string, n)
	for i := range files {
		source := sentences[i%len(sentences)].File
		files[i] = filepath.Join(dir, fmt.Sprintf("%05d-%s", i+1, filepath.Base(source)))
		if err := os.Link(source, files[i]); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("%w; the folder must allow hard links", err)
		}
	}
	return files, nil
}
