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

// voice is a voice of a speech synthesiser.
type voice struct{ engine, name string }

func (v voice) String() string { return v.engine + ":" + v.name }

// voices returns the voices that the demo model was trained on, by synthesiser.
func voices() (espeak, flite []voice) {
	for _, accent := range []string{"en-us", "en-gb", "en-gb-x-rp"} {
		for _, variant := range []string{
			"", "+m1", "+m2", "+m4", "+m6", "+m7", "+f1", "+f2", "+f3", "+f4", "+klatt", "+klatt3",
		} {
			espeak = append(espeak, voice{"espeak", accent + variant})
		}
	}
	for _, name := range []string{"kal", "kal16", "awb", "rms", "slt"} {
		flite = append(flite, voice{"flite", name})
	}
	return espeak, flite
}

// sentence is the words to speak and the voice to use.
type sentence struct {
	words []string
	voice voice
}

func (s sentence) text() string { return strings.Join(s.words, " ") }

// seed is the seed of all random choices in this package.
const seed = 20240607

// draw returns sentence i of the sequence, independently of the others.
func (c *Corpus) draw(i int) sentence {
	rng := rand.New(rand.NewPCG(seed, uint64(i)))
	var s sentence
	for range 3 + rng.IntN(6) {
		s.words = append(s.words, c.words[rng.IntN(len(c.words))])
	}
	// Recorded and computed voices are equally likely.
	pool, flite := voices()
	if rng.IntN(2) == 1 {
		pool = flite
	}
	s.voice = pool[rng.IntN(len(pool))]
	return s
}

// speak synthesises a text into a WAV file in the synthesiser's own format.
func (v voice) speak(ctx context.Context, text, wav string) error {
	if v.engine == "espeak" {
		return command(ctx, "espeak-ng", "-v", v.name, "-s", "160", "-w", wav, text)
	}
	return command(ctx, "flite", "-voice", v.name, "-t", text, "-o", wav)
}

// padding is the silence before and after a sentence, in seconds.
const padding = 0.25

// shape converts a synthesiser's file to 16 kHz, mono, 16 bits at a common level, and replaces
// the silence at both ends by a known amount. -R makes the dither the same each time. The rate
// is changed first, so that its filter does not smear the edges.
func shape(ctx context.Context, from, to string) error {
	pad := fmt.Sprint(padding)
	return command(ctx, "sox", "-R", from, "-c", "1", "-b", "16", to,
		"rate", "16000", "silence", "1", "0.01", "0.5%", "reverse", "silence", "1", "0.01", "0.5%", "reverse",
		"norm", "-3", "pad", pad, pad)
}

func command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%w; install espeak-ng, flite and sox: scripts/system-packages.sh recordings", err)
	case err != nil:
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(stderr.String()))
	}
	return nil
}
