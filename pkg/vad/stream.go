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
	// Reset returns to the start of a stream, also after Flush.
	Reset()
	Close()
}

// Stream combines a detector and a segmenter: samples in, utterances out. All positions
// count from its start, also after a break.
type Stream struct {
	// Confirm, if set, reports whether an utterance really contains speech;
	// otherwise the utterance is dropped.
	Confirm func(*Utterance) (bool, error)

	detector  FrameDetector
	segmenter *Segmenter
	pending   []int16 // samples without a probability so far
	pushed    int64   // samples in total
	begun     int64   // position of the last break
}

// NewStream returns a stream that uses a new detector and a new segmenter.
func NewStream(d FrameDetector, s *Segmenter) *Stream {
	return &Stream{detector: d, segmenter: s}
}

// Push takes any number of samples and calls emit for each utterance that they
// complete. It stops at an error of emit and returns it.
func (s *Stream) Push(samples []int16, emit func(*Utterance) error) error {
	s.pending = append(s.pending, samples...)
	s.pushed += int64(len(samples))
	speech, err := s.detector.Push(samples)
	if err != nil {
		return err
	}
	return s.segment(speech, emit)
}

// Speaking reports whether somebody is speaking; see [Segmenter.Speaking].
func (s *Stream) Speaking() (start, end int64, speaking bool) {
	start, end, speaking = s.segmenter.Speaking()
	return s.begun + start, s.begun + end, speaking
}

// Position returns how far the stream has been judged, in samples.
func (s *Stream) Position() int64 { return s.begun + s.segmenter.now }

// Paused reports whether the current utterance is complete if nothing follows; see
// [Segmenter.Paused].
func (s *Stream) Paused() bool { return s.segmenter.Paused() }

// SoFar passes the current utterance as it is so far to emit, unless there is none or it
// is not confirmed. See [Segmenter.SoFar].
func (s *Stream) SoFar(emit func(*Utterance) error) error {
	return s.deliver(s.segmenter.SoFar(), emit)
}

// Break says that what follows does not continue what came before: the recording was
// paused, or ended and began again. It completes the current utterance, as Flush does.
func (s *Stream) Break(emit func(*Utterance) error) error {
	if err := s.Flush(emit); err != nil {
		return err
	}
	s.restart()
	return nil
}

// Drop is like Break, but forgets the current utterance.
func (s *Stream) Drop() { s.restart() }

func (s *Stream) restart() {
	s.detector.Reset()
	s.segmenter.restart()
	s.pending, s.begun = s.pending[:0], s.pushed
}

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
	u.Start, u.End, u.PCMStart, u.Decided = u.Start+s.begun, u.End+s.begun, u.PCMStart+s.begun, u.Decided+s.begun
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
