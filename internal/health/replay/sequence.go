package replay

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"voiceflow/pkg/audio"
)

// Sequence is many recordings in one WAV file, with silence between them.
type Sequence struct {
	Path  string
	Parts []Part
}

// Part is a recording's place in a Sequence.
type Part struct {
	Recording
	Start, End time.Duration
}

// frame is what recognisers count in: speech that lies otherwise in frames of
// 10 ms is not the same sound to them. All parts lie alike.
const frame = audio.SampleRate / 100

// WriteSequence writes the recordings, in their order and that times over, to
// a new file, with the gap after each.
func WriteSequence(path string, recordings []Recording, times int, gap time.Duration) (s Sequence, err error) {
	f, err := audio.CreateWAV(path)
	if err != nil {
		return s, fmt.Errorf("sequence of recordings: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("sequence of recordings: %w", err), f.Abort())
		}
	}()
	s.Path = path
	at := 0
	for range times {
		for _, rec := range recordings {
			samples, err := rec.Samples()
			if err != nil {
				return s, err
			}
			end := at + len(samples)
			next := end + int(gap.Seconds()*audio.SampleRate)
			next += (frame - next%frame) % frame
			if err := errors.Join(f.Write(samples), f.Write(make([]int16, next-end))); err != nil {
				return s, err
			}
			s.Parts = append(s.Parts, Part{Recording: rec, Start: sampleTime(at), End: sampleTime(next)})
			at = next
		}
	}
	return s, f.Close()
}

// PartAt finds the part that is going on at a time, by its number; -1: none.
func (s Sequence) PartAt(t time.Duration) int {
	for i, p := range s.Parts {
		if t >= p.Start && t < p.End {
			return i
		}
	}
	return -1
}

// Utterances are the true words of all parts.
func (s Sequence) Utterances() []string {
	var all []string
	for _, p := range s.Parts {
		all = append(all, p.Utterances...)
	}
	return all
}

func sampleTime(n int) time.Duration { return time.Duration(n) * time.Second / audio.SampleRate }

// Samples are the sound of a recording, which must be WAV at 16 kHz.
func (r Recording) Samples() ([]int16, error) {
	f, err := os.Open(r.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	wav, err := audio.NewWAVReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Path, err)
	}
	if rate := wav.Format().SampleRate; rate != audio.SampleRate {
		return nil, fmt.Errorf("%s has %d Hz; recordings that others are made of need %d Hz", r.Path, rate, audio.SampleRate)
	}
	var all []float32
	block := make([]float32, audio.SampleRate)
	for {
		n, err := wav.ReadMono(block)
		all = append(all, block[:n]...)
		if errors.Is(err, io.EOF) {
			return audio.Int16(nil, all), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Path, err)
		}
	}
}
