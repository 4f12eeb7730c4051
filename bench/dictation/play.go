package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/bench/corpus"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// heard is what came of a sentence.
type heard struct {
	text         string
	late, first  float64 // seconds from the end of the speech to the text, and from its beginning to the first partial
	partials     int
	stable       int // words
	changed      int // stable words that a later partial text changed
	contradicted int // stable words that the transcript changed
}

// spoken is where in the stream the speech of a sentence is, in samples.
type spoken struct {
	begin, end int
}

// stream joins sentences, with a second of silence before, between and after.
func stream(sentences []corpus.Sentence) (sound []int16, places []spoken, err error) {
	silence := make([]int16, audio.SampleRate)
	sound = append(sound, silence...)
	for _, s := range sentences {
		samples, err := s.Speech()
		if err != nil {
			return nil, nil, err
		}
		places = append(places, spoken{len(sound), len(sound) + len(samples)})
		sound = append(append(sound, samples...), silence...)
	}
	return sound, places, nil
}

// play plays sentences in real time.
func (b *bench) play(sentences []corpus.Sentence, options []string) ([]heard, error) {
	sound, places, err := stream(sentences)
	if err != nil {
		return nil, err
	}
	vad := exec.Command(filepath.Join(b.programs, "vf-vad"), append([]string{"--engine", "builtin"}, options...)...)
	transcribe := exec.Command(filepath.Join(b.programs, "vf-transcribe"), "--partial", "-f", "jsonl", "-m", b.model)
	in, err := vad.StdinPipe()
	if err != nil {
		return nil, err
	}
	// The pipe is the programs' own, as in a shell.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	vad.Stdout, transcribe.Stdin = write, read
	out, err := transcribe.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(vad.Start(), transcribe.Start()); err != nil {
		return nil, err
	}
	read.Close()
	write.Close()
	began, fed := time.Now(), make(chan error, 1)
	go func() { fed <- feed(in, sound, began) }()
	all, err := listen(out, places, began)
	return all, errors.Join(err, <-fed, vad.Wait(), transcribe.Wait())
}

// feed writes the sound in steps of 20 ms, when a microphone would.
func feed(to io.WriteCloser, sound []int16, began time.Time) error {
	defer to.Close()
	const step = audio.SampleRate / 50
	for at := 0; at < len(sound); at += step {
		end := min(at+step, len(sound))
		time.Sleep(time.Until(when(began, end)))
		if err := audio.WritePCM(to, sound[at:end]); err != nil {
			return err
		}
	}
	return nil
}

// when returns when a sample is played.
func when(began time.Time, sample int) time.Time {
	return began.Add(time.Duration(audio.Seconds(sample) * float64(time.Second)))
}

// listen reads the lines about the sentences, in order.
func listen(out io.Reader, places []spoken, began time.Time) ([]heard, error) {
	var all []heard
	now := heard{}
	stable := []string(nil)
	in := event.NewReader(out)
	for in.Scan() {
		if len(all) == len(places) {
			return all, errors.New("more utterances than sentences")
		}
		place := places[len(all)]
		switch r := in.Record().(type) {
		case *event.Partial:
			if now.first == 0 {
				now.first = time.Since(when(began, place.begin)).Seconds()
			}
			words := strings.Fields(r.Stable)
			now.changed += differences(stable, words)
			now.partials++
			stable = words
		case *event.Transcript:
			now.late, now.text = time.Since(when(began, place.end)).Seconds(), r.Text
			now.stable, now.contradicted = len(stable), differences(stable, strings.Fields(r.Text))
			all = append(all, now)
			now, stable = heard{}, nil
		default:
			return nil, fmt.Errorf("unexpected line: %T", r)
		}
	}
	return all, in.Err()
}

// differences counts the words that are not at the same place in the other text.
func differences(words, other []string) (n int) {
	for i, w := range words {
		if i >= len(other) || other[i] != w {
			n++
		}
	}
	return n
}

// plain returns the texts of the same sound without anything in advance.
func (b *bench) plain(sentences []corpus.Sentence) ([]string, error) {
	samples, _, err := stream(sentences)
	if err != nil {
		return nil, err
	}
	var sound bytes.Buffer
	if err := audio.WritePCM(&sound, samples); err != nil {
		return nil, err
	}
	const pipeline = `"$0/vf-vad" --engine builtin --no-early | "$0/vf-transcribe" -f text -m "$1"`
	cmd := exec.Command("sh", "-c", pipeline, b.programs, b.model)
	cmd.Stdin = &sound
	out, err := cmd.Output()
	return strings.Split(strings.TrimSpace(string(out)), "\n"), err
}
