// Package corpus makes test speech whose words and times are known: sentences
// of random words, spoken by espeak-ng and flite and brought into shape by sox,
// and long recordings laid together from them.
//
//	c, err := corpus.Open(".native/bench", "testdata/model/words.txt")
//	...
//	sentences, err := c.Sentences(ctx, 320)
//	long, err := c.Long(ctx, 1800)
//
// The same seed always draws the same words, voices and pauses, and what was
// spoken once is kept in the folder. Beside each sentence lies NAME.txt with its
// words, and beside each long recording NAME.tsv with the start and the end of
// each sentence in seconds and its words. All audio is WAV, 16 kHz, mono, 16 bits.
//
// It measures nothing and knows no recogniser.
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

// edition is raised when sentences come to sound otherwise, so that older ones
// are not taken for them.
const edition = 1

// speakers is how many sentences are spoken at the same time.
const speakers = 2

// Corpus is a folder of test speech made from a list of words.
type Corpus struct {
	dir   string
	words []string
}

// Open reads the words, which white space parts, and keeps the speech in a
// folder under dir that is named by them.
func Open(dir, wordList string) (*Corpus, error) {
	text, err := os.ReadFile(wordList)
	if err != nil {
		return nil, fmt.Errorf("%w; name a list of the words to be spoken", err)
	}
	words := strings.Fields(string(text))
	if len(words) == 0 {
		return nil, fmt.Errorf("%s: no words; name a list of the words to be spoken", wordList)
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

// Sentence is a spoken sentence, alone in a file.
type Sentence struct {
	File string
	Text string
}

// Sentences gives the first n of an endless row of sentences of 3 to 8 words,
// with a quarter of a second of silence before and after. What is not there yet
// is spoken now.
func (c *Corpus) Sentences(ctx context.Context, n int) ([]Sentence, error) {
	sentences := make([]Sentence, n)
	var missing []int
	for i := range sentences {
		sentences[i] = Sentence{File: c.sentenceFile(i), Text: c.draw(i).text()}
		said, err := os.ReadFile(truthFile(sentences[i].File))
		if err != nil || strings.TrimSpace(string(said)) != sentences[i].Text {
			missing = append(missing, i)
		}
	}
	return sentences, c.speakAll(ctx, missing)
}

func (c *Corpus) sentenceFile(i int) string {
	return filepath.Join(c.dir, fmt.Sprintf("sentence-%04d.wav", i+1))
}

func truthFile(wav string) string { return strings.TrimSuffix(wav, ".wav") + ".txt" }

// speakAll shares the sentences out among the speakers. The first failure ends
// all of them.
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
		queue <- i // after a failure, each ends at once
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}

// speak makes the files of sentence i; its words are written last, and say that
// the sound is whole.
func (c *Corpus) speak(ctx context.Context, i int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, wav := c.draw(i), c.sentenceFile(i)
	part := strings.TrimSuffix(wav, ".wav") + ".part.wav"
	raw := strings.TrimSuffix(wav, ".wav") + ".raw.wav"
	defer os.Remove(raw)
	err := s.voice.say(ctx, s.text(), raw)
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

// Copies gives n files, each under a name of its own, that hold the sentences
// in turn, for measuring how many files are handled. They take no room.
func (c *Corpus) Copies(sentences []Sentence, n int) ([]string, error) {
	dir := filepath.Join(c.dir, "copies")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	files := make([]string, n)
	for i := range files {
		of := sentences[i%len(sentences)].File
		files[i] = filepath.Join(dir, fmt.Sprintf("%05d-%s", i+1, filepath.Base(of)))
		if err := os.Link(of, files[i]); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("%w; the folder must allow hard links", err)
		}
	}
	return files, nil
}
