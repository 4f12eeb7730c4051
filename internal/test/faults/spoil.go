package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

const (
	lostSpeech    = audio.SampleRate / 5 // samples that clip removes
	loud          = 500                  // of 32768; louder samples are speech
	faultInterval = 10                   // fail and lose affect every tenth utterance
	leakBytes     = 1 << 20              // bytes per utterance
)

// clip copies PCM without the beginning of the first speech in it.
func clip(from io.Reader, to io.Writer) error {
	in := audio.NewPCMReader(from)
	block := make([]int16, audio.SampleRate/100)
	lost, speaking := 0, false
	for {
		n, err := in.Read(block)
		var kept []int16
		for _, s := range block[:n] {
			speaking = speaking || s > loud || s < -loud
			if speaking && lost < lostSpeech {
				lost++
				continue
			}
			kept = append(kept, s)
		}
		if werr := audio.WritePCM(to, kept); werr != nil {
			return werr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// spoiler is the state that faults keep from one record to the next.
type spoiler struct {
	fault    string
	out      *event.Writer
	count    int
	previous string
	leak     [][]byte
	pending  *event.Utterance
	code     int
}

// spoil copies records with a fault, and returns the matching exit code.
func spoil(name string, from io.Reader, to io.Writer) (code int, err error) {
	s := &spoiler{fault: name, out: event.NewWriter(to)}
	in := event.NewReader(from)
	for in.Scan() {
		switch rec := in.Record().(type) {
		case *event.Utterance:
			err = s.utterance(rec)
		case *event.Transcript:
			s.count++
			err = s.transcript(rec)
		case *event.End: // the last line
			err = errors.Join(s.flush(), s.out.Write(rec))
		default:
			err = s.out.Write(rec)
		}
		if err != nil {
			return s.code, err
		}
	}
	return s.code, errors.Join(s.flush(), in.Err())
}

// flush writes the utterance that is left over.
func (s *spoiler) flush() error {
	if s.pending == nil {
		return nil
	}
	last := s.pending
	s.pending = nil
	return s.out.Write(last)
}

func (s *spoiler) utterance(u *event.Utterance) error {
	switch {
	case s.fault == "split":
		return s.split(u)
	case s.fault == "merge" && s.pending == nil:
		s.pending = u
		return nil
	case s.fault == "merge":
		first := s.pending
		s.pending = nil
		first.PCM = append(first.PCM, u.PCM...)
		first.End = max(u.End, first.PCMStart+audio.Seconds(len(first.PCM)/2))
		return s.out.Write(first)
	}
	return s.out.Write(u)
}

// split writes the two halves as separate utterances.
func (s *spoiler) split(u *event.Utterance) error {
	half := len(u.PCM) / 4 * 2
	middle := u.PCMStart + audio.Seconds(half/2)
	first := &event.Utterance{ID: 2 * u.ID, Start: u.Start, End: middle, PCMStart: u.PCMStart, PCM: u.PCM[:half]}
	second := &event.Utterance{ID: 2*u.ID + 1, Start: middle, End: u.End, PCMStart: middle, PCM: u.PCM[half:]}
	if err := s.out.Write(first); err != nil {
		return err
	}
	return s.out.Write(second)
}

func (s *spoiler) transcript(t *event.Transcript) error {
	text := t.Text
	switch s.fault {
	case "slow":
		time.Sleep(time.Duration(5 * t.ProcessingSeconds * float64(time.Second)))
		t.ProcessingSeconds *= 6
		t.SpeedFactor /= 6
	case "leak":
		s.leak = append(s.leak, bytes.Repeat([]byte{1}, leakBytes)) // filled, so that the memory is really used
	case "contaminate":
		words := strings.Fields(s.previous)
		t.Text = strings.Join(append(words[max(0, len(words)-3):], text), " ")
	case "invent":
		t.Text = strings.TrimSpace(text + " thank you for watching")
	case "degrade":
		t.Degraded = []string{"gpu -> cpu"}
	case "lose":
		if s.count%faultInterval == 0 {
			return nil
		}
	case "fail":
		if s.count%faultInterval == 0 {
			s.code = 1
			return s.out.Write(&event.Failure{ID: t.ID, Error: "planted"})
		}
	case "crash":
		if s.count > 1 {
			panic("planted")
		}
	}
	s.previous = text
	return s.out.Write(t)
}
