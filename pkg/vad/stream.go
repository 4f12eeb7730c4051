package vad

// FrameDetector says, for each frame of FrameSize samples, how probable speech
// is: a Detector, or Silero.
type FrameDetector interface {
	// Push takes the next samples and returns the answers, 0 to 1, for the
	// frames that are now known, in order; the slice is valid until the next
	// call.
	Push(samples []int16) ([]float32, error)
	// Flush ends the stream and returns the answers that are still owed: with
	// those before, one for each frame begun.
	Flush() ([]float32, error)
	Close()
}

// Stream joins a detector and a segmenter: samples in, utterances out.
type Stream struct {
	// Confirm, where set, has the last word: it reports whether somebody speaks in
	// an utterance that was found. What it does not confirm is dropped.
	Confirm func(*Utterance) (bool, error)

	detector  FrameDetector
	segmenter *Segmenter
	pending   []int16 // samples whose answers are still owed
}

// NewStream makes a stream of a detector and a segmenter that are both at
// their start.
func NewStream(d FrameDetector, s *Segmenter) *Stream {
	return &Stream{detector: d, segmenter: s}
}

// Push takes the next samples, any number, and hands each utterance that they
// complete to emit, whose error it returns.
func (s *Stream) Push(samples []int16, emit func(*Utterance) error) error {
	s.pending = append(s.pending, samples...)
	speech, err := s.detector.Push(samples)
	if err != nil {
		return err
	}
	return s.segment(speech, emit)
}

// Speaking tells where speech began that is going on, and where it was heard
// last; see [Segmenter.Speaking].
func (s *Stream) Speaking() (start, end int64, speaking bool) { return s.segmenter.Speaking() }

// Flush ends the stream: an utterance still going on is complete.
func (s *Stream) Flush(emit func(*Utterance) error) error {
	speech, err := s.detector.Flush()
	if err != nil {
		return err
	}
	if err := s.segment(speech, emit); err != nil {
		return err
	}
	return s.hand(s.segmenter.Flush(), emit)
}

// hand hands an utterance to emit, unless there is none or it is not confirmed.
func (s *Stream) hand(u *Utterance, emit func(*Utterance) error) error {
	if u == nil {
		return nil
	}
	if s.Confirm != nil {
		if spoken, err := s.Confirm(u); err != nil || !spoken {
			return err
		}
	}
	return emit(u)
}

func (s *Stream) segment(speech []float32, emit func(*Utterance) error) error {
	done := 0
	for _, p := range speech {
		frame := s.pending[done:min(done+FrameSize, len(s.pending))]
		done += len(frame)
		if err := s.hand(s.segmenter.Push(frame, p), emit); err != nil {
			return err
		}
	}
	s.pending = append(s.pending[:0], s.pending[done:]...)
	return nil
}
