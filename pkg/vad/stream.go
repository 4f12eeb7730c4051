package vad

// FrameDetector estimates the probability of speech for each frame of FrameSize
// samples. Implementations are Detector and Silero's network in pkg/whisper.
type FrameDetector interface {
	// Push takes the next samples and returns the probabilities that are ready, 0
	// to 1, one per frame, in order. The slice is valid until the next call.
	Push(samples []int16) ([]float32, error)
	// Flush ends the stream and returns the remaining probabilities. In total there
	// is one per frame, including an incomplete last frame.
	Flush() ([]float32, error)
	Close()
}

// Stream combines a detector and a segmenter: samples in, utterances out.
type Stream struct {
	// Confirm, if set, reports whether an utterance really contains speech;
	// otherwise the utterance is dropped.
	Confirm func(*Utterance) (bool, error)

	detector  FrameDetector
	segmenter *Segmenter
	pending   []int16 // samples without a probability so far
}

// NewStream returns a stream that uses a new detector and a new segmenter.
func NewStream(d FrameDetector, s *Segmenter) *Stream {
	return &Stream{detector: d, segmenter: s}
}

// Push takes any number of samples and calls emit for each utterance that they
// complete. It stops at an error of emit and returns it.
func (s *Stream) Push(samples []int16, emit func(*Utterance) error) error {
	s.pending = append(s.pending, samples...)
	speech, err := s.detector.Push(samples)
	if err != nil {
		return err
	}
	return s.segment(speech, emit)
}

// Speaking reports whether somebody is speaking; see [Segmenter.Speaking].
func (s *Stream) Speaking() (start, end int64, speaking bool) { return s.segmenter.Speaking() }

// Flush ends the stream, which also completes the current utterance.
func (s *Stream) Flush(emit func(*Utterance) error) error {
	speech, err := s.detector.Flush()
	if err != nil {
		return err
	}
	if err := s.segment(speech, emit); err != nil {
		return err
	}
	return s.deliver(s.segmenter.Flush(), emit)
}

// deliver passes an utterance to emit, unless it is nil or not confirmed.
func (s *Stream) deliver(u *Utterance, emit func(*Utterance) error) error {
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
		if err := s.deliver(s.segmenter.Push(frame, p), emit); err != nil {
			return err
		}
	}
	s.pending = append(s.pending[:0], s.pending[done:]...)
	return nil
}
