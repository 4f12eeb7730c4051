package corpus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
)

// voice is one of a synthesiser's.
type voice struct{ engine, name string }

func (v voice) String() string { return v.engine + ":" + v.name }

// voices are those that the demo model was trained on, by synthesiser.
func voices() (espeak, flite []voice) {
	for _, accent := range []string{"en-us", "en-gb", "en-gb-x-rp"} {
		for _, variant := range []string{"", "+m1", "+m2", "+m4", "+m6", "+m7", "+f1", "+f2", "+f3", "+f4", "+klatt", "+klatt3"} {
			espeak = append(espeak, voice{"espeak", accent + variant})
		}
	}
	for _, name := range []string{"kal", "kal16", "awb", "rms", "slt"} {
		flite = append(flite, voice{"flite", name})
	}
	return espeak, flite
}

// sentence is what is to be said.
type sentence struct {
	words []string
	voice voice
}

func (s sentence) text() string { return strings.Join(s.words, " ") }

// seed is that of all chance in this package.
const seed = 20240607

// draw gives sentence i of the row, whatever others are drawn.
func (c *Corpus) draw(i int) sentence {
	rng := rand.New(rand.NewPCG(seed, uint64(i)))
	var s sentence
	for range 3 + rng.IntN(6) {
		s.words = append(s.words, c.words[rng.IntN(len(c.words))])
	}
	// As many sentences in recorded voices as in computed ones.
	of, flite := voices()
	if rng.IntN(2) == 1 {
		of = flite
	}
	s.voice = of[rng.IntN(len(of))]
	return s
}

// say speaks a text into a WAV file of the synthesiser's own kind.
func (v voice) say(ctx context.Context, text, wav string) error {
	if v.engine == "espeak" {
		return command(ctx, "espeak-ng", "-v", v.name, "-s", "160", "-w", wav, text)
	}
	return command(ctx, "flite", "-voice", v.name, "-t", text, "-o", wav)
}

// edge is the silence before and after a sentence, in seconds.
const edge = 0.25

// shape makes a file of 16 kHz, mono, 16 bits, at a common level, of a
// synthesiser's. The ends' own silence is taken off and a known one put on.
// With -R the dither is the same each time. The rate is changed first, so that
// its filter does not smear the edges.
func shape(ctx context.Context, from, to string) error {
	pad := fmt.Sprint(edge)
	return command(ctx, "sox", "-R", from, "-c", "1", "-b", "16", to,
		"rate", "16000", "silence", "1", "0.01", "0.5%", "reverse", "silence", "1", "0.01", "0.5%", "reverse", "norm", "-3", "pad", pad, pad)
}

func command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%w; install espeak-ng, flite and sox: scripts/system-packages.sh recordings", err)
	case err != nil:
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(complaint.String()))
	}
	return nil
}
