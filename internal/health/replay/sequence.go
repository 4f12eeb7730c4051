package replay

import (
	"errors"
	"fmt"
	"io"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/pkg/audio"
)

// Sequence is a WAV file with many recordings, separated by silence.
type Sequence struct {
	Path  string
	Parts []Part
}

// Part is a recording's place in a Sequence.
type Part struct {
	Recording
	Start, End time.Duration
}

// frame is the frame size of recognisers, 10 ms. All parts start on a frame
// boundary, because the same speech at another offset gives another result.
const frame = audio.SampleRate / 100

// WriteSequence writes the recordings to a new file, in order and the given number
// of times, each followed by a gap of silence.
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

// PartAt returns the index of the part at time t, or -1.
func (s Sequence) PartAt(t time.Duration) int {
	for i, p := range s.Parts {
		if t >= p.Start && t < p.End {
			return i
		}
	}
	return -1
}

// Utterances returns the words of all parts, one string per utterance.
func (s Sequence) Utterances() []string {
	var all []string
	for _, p := range s.Parts {
		all = append(all, p.Utterances...)
	}
	return all
}

func sampleTime(n int) time.Duration { return time.Duration(n) * time.Second / audio.SampleRate }

// Samples returns the audio of a recording, which must be a 16 kHz WAV file, as
// mono.
func (r Recording) Samples() ([]int16, error) {
	f, err := openfile.Regular(r.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	wav, err := audio.NewWAVReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Path, err)
	}
	if rate := wav.Format().SampleRate; rate != audio.SampleRate {
		return nil, fmt.Errorf("%s has a sample rate of %d Hz; edge cases and long sessions need recordings at %d Hz",
			r.Path, rate, audio.SampleRate)
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
