package corpus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"voiceflow/pkg/audio"
)

// distinct is how many sentences long recordings are assembled from; after that they are
// repeated in another order.
const distinct = 320

// Long is a recording of many sentences with silence around them.
type Long struct {
	File   string
	Spoken []Spoken
}

// Spoken is a sentence and its position in a recording, in seconds.
type Spoken struct {
	Start, End float64
	Text       string
}

// Long returns a recording of a length in seconds, half of which is silence: gaps of zeros
// alternate with gaps of faint noise. If there is no room for a whole sentence, the recording
// contains the beginning of one, listed with all its words.
func (c *Corpus) Long(ctx context.Context, seconds float64) (*Long, error) {
	long := &Long{File: filepath.Join(c.dir, fmt.Sprintf("long-%gs.wav", seconds))}
	table := filepath.Join(c.dir, fmt.Sprintf("long-%gs.tsv", seconds))
	var err error
	if long.Spoken, err = readTable(table); err == nil {
		return long, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	sentences, err := c.Sentences(ctx, distinct)
	if err != nil {
		return nil, err
	}
	lengths := make([]int, len(sentences))
	for i, s := range sentences {
		speech, err := s.Speech()
		if err != nil {
			return nil, err
		}
		lengths[i] = len(speech)
	}
	rng := rand.New(rand.NewPCG(seed, math.Float64bits(seconds)))
	parts := layOut(rng, lengths, int(seconds*audio.SampleRate))
	if err := write(long.File, parts, sentences, rng); err != nil {
		return nil, err
	}
	long.Spoken = places(parts, sentences)
	return long, writeTable(table, long.Spoken) // last: it marks the sound as complete
}

// part is a stretch of a recording: a gap followed by a sentence.
type part struct {
	gap      int  // samples
	noise    bool // the gap contains noise
	sentence int  // its index, -1 for none
	samples  int  // of the sentence
}

// layOut fills half of total samples with sentences of the given lengths and draws random gaps
// between them from the rest.
func layOut(rng *rand.Rand, lengths []int, total int) []part {
	var parts []part
	speech := 0
	for {
		for _, i := range rng.Perm(len(lengths)) {
			if speech+lengths[i] > total/2 {
				if len(parts) == 0 {
					n := min(lengths[i], total)
					return []part{{sentence: i, samples: n}, {gap: total - n, sentence: -1}}
				}
				return distributeSilence(rng, parts, total-speech)
			}
			parts = append(parts, part{sentence: i, samples: lengths[i]})
			speech += lengths[i]
		}
	}
}

// distributeSilence divides the silence among the gaps before, between and after the sentences:
// some of it evenly, the rest at random, as pauses are mostly short and occasionally very long.
func distributeSilence(rng *rand.Rand, parts []part, silence int) []part {
	parts = append(parts, part{sentence: -1})
	weights, sum := make([]float64, len(parts)), 0.0
	for i := range weights {
		weights[i] = 0.2 + rng.ExpFloat64()
		sum += weights[i]
	}
	for i := range parts {
		gap := int(float64(silence) * weights[i] / sum)
		parts[i].gap, parts[i].noise = gap, i%2 == 1
		silence -= gap
		sum -= weights[i]
	}
	parts[len(parts)-1].gap += silence // left over from rounding
	return parts
}

// noiseLevel is the standard deviation of the noise in samples: 70 dB below full scale.
const noiseLevel = 10.4

func write(file string, parts []part, sentences []Sentence, rng *rand.Rand) (err error) {
	out, err := audio.CreateWAV(file)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Abort())
		}
	}()
	for _, p := range parts {
		gap := make([]int16, p.gap)
		if p.noise {
			for i := range gap {
				gap[i] = int16(math.Round(noiseLevel * rng.NormFloat64()))
			}
		}
		if err := out.Write(gap); err != nil {
			return err
		}
		if p.sentence < 0 {
			continue
		}
		speech, err := sentences[p.sentence].Speech()
		if err != nil {
			return err
		}
		if err := out.Write(speech[:p.samples]); err != nil {
			return err
		}
	}
	return out.Close()
}

func places(parts []part, sentences []Sentence) []Spoken {
	var spoken []Spoken
	at := 0
	for _, p := range parts {
		at += p.gap
		if p.sentence >= 0 {
			spoken = append(spoken, Spoken{
				Start: audio.Seconds(at), End: audio.Seconds(at + p.samples), Text: sentences[p.sentence].Text,
			})
		}
		at += p.samples
	}
	return spoken
}

// Speech reads the sentence's audio without the silence around it.
func (s Sentence) Speech() ([]int16, error) {
	samples, err := readWAV(s.File)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; delete it and its .txt to generate it again", s.File, err)
	}
	const around = padding * audio.SampleRate
	if len(samples) <= 2*around {
		return nil, fmt.Errorf("%s: no speech; delete it and its .txt to generate it again", s.File)
	}
	return samples[around : len(samples)-around], nil
}

func readWAV(file string) ([]int16, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in, err := audio.NewWAVReader(f)
	if err != nil {
		return nil, err
	}
	var all []int16
	block := make([]float32, 1<<14)
	for {
		n, err := in.ReadMono(block)
		all = audio.Int16(all, block[:n])
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
