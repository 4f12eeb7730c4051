package vad

import (
	"math"
	"slices"
)

// The skimmer's measures. Levels are dB of full scale, of the mean square over
// a frame and its two neighbours.
const (
	blockFrames = 2000 // judged together: 20 s, long enough to have a pause

	// floorRank and topRank are the places, among a block's levels in order, of
	// its background and of its loudest sounds.
	floorRank, topRank = 0.10, 0.98
	// activeRise is how far above the background a sound begins to count.
	activeRise = 8.0
	// silentLevel is below what anybody records as speech: 10 steps of 16 bits.
	silentLevel = -70.0
	// flatRange is the distance from background to top in which speech, which
	// has pauses, is not alone: there, RNNoise hears everything.
	flatRange = 15.0

	joinFrames    = 30  // a dip as short as this belongs to the sound around it
	pieceFrames   = 200 // a sound is asked about anew after this long
	warmUpFrames  = 15  // heard before a piece, for RNNoise to settle
	confirmFrames = 10  // with speech, that make a piece speech
)

// Skimmer hears speech in recordings, several times faster than Detector: it
// listens to the level, and asks RNNoise about the beginning of each sound that
// rises above the background whether it is speech. What is, counts as speech
// for as long as it stays above the background, and is asked about every 2 s.
// Its answers come 20 s late, which does not matter in a recording.
type Skimmer struct {
	detector *Detector
	owed     int // frames that it has not answered yet

	block  []int16 // not judged yet
	speech []float32
	levels []float64
	sorted []float64
}

// NewSkimmer makes a skimmer at the start of a recording.
func NewSkimmer() (*Skimmer, error) {
	detector, err := NewDetector()
	if err != nil {
		return nil, err
	}
	return &Skimmer{detector: detector}, nil
}

// Push takes the next samples and returns the probabilities of speech of the
// frames that are now known; see [Detector.Push].
func (s *Skimmer) Push(samples []int16) ([]float32, error) {
	s.block = append(s.block, samples...)
	s.speech = s.speech[:0]
	for len(s.block) >= blockFrames*FrameSize {
		if err := s.judge(s.block[:blockFrames*FrameSize]); err != nil {
			return nil, err
		}
		s.block = append(s.block[:0], s.block[blockFrames*FrameSize:]...)
	}
	return s.speech, nil
}

// Flush ends the recording and returns the answers that are still owed, one for
// each frame begun.
func (s *Skimmer) Flush() ([]float32, error) {
	s.speech = s.speech[:0]
	if len(s.block) > 0 {
		whole := (len(s.block) + FrameSize - 1) / FrameSize * FrameSize
		if err := s.judge(append(s.block, make([]int16, whole-len(s.block))...)); err != nil {
			return nil, err
		}
		s.block = nil
	}
	return s.speech, nil
}

// Close frees the detector; it may be called twice.
func (s *Skimmer) Close() { s.detector.Close() }

// judge appends the answers for a block of whole frames.
func (s *Skimmer) judge(block []int16) error {
	s.measure(block)
	first := len(s.speech)
	s.speech = append(s.speech, make([]float32, len(s.levels))...)
	speech := s.speech[first:]
	floor, top := s.rank(floorRank), s.rank(topRank)
	threshold := max(floor+activeRise, silentLevel)
	switch {
	case top < silentLevel:
		return nil
	case top-floor < flatRange:
		_, err := s.listen(block, 0, len(speech), speech, math.MaxInt)
		return err
	}
	for at := 0; at < len(speech); {
		end := s.sound(at, threshold)
		if end == at {
			at++
			continue
		}
		if err := s.confirm(block, at, end, threshold, speech); err != nil {
			return err
		}
		at = end
	}
	return nil
}

// measure fills in the levels of a block's frames.
func (s *Skimmer) measure(block []int16) {
	n := len(block) / FrameSize
	power := make([]float64, n)
	for i := range power {
		sum := int64(0)
		for _, v := range block[i*FrameSize : (i+1)*FrameSize] {
			sum += int64(v) * int64(v)
		}
		power[i] = float64(sum) / FrameSize
	}
	s.levels = s.levels[:0]
	for i := range power {
		around := power[max(i-1, 0):min(i+2, n)]
		mean := 0.0
		for _, p := range around {
			mean += p / float64(len(around))
		}
		s.levels = append(s.levels, 10*math.Log10(mean/(1<<30)+1e-12))
	}
	s.sorted = append(s.sorted[:0], s.levels...)
	slices.Sort(s.sorted)
}

func (s *Skimmer) rank(place float64) float64 {
	return s.sorted[int(place*float64(len(s.sorted)-1))]
}

// sound is the end of the sound that begins at a frame, of pieceFrames at most;
// at itself where there is none.
func (s *Skimmer) sound(at int, threshold float64) int {
	end := at
	for i := at; i < min(at+pieceFrames, len(s.levels)) && i-end <= joinFrames; i++ {
		if s.levels[i] > threshold {
			end = i + 1
		} else if i == at {
			return at
		}
	}
	return end
}

// confirm asks about the frames from at to end. Speech counts where it is above
// the threshold; of what is not confirmed, RNNoise's own answers are kept.
func (s *Skimmer) confirm(block []int16, at, end int, threshold float64, speech []float32) error {
	if voiced, err := s.listen(block, at, end, speech, confirmFrames); err != nil || voiced < confirmFrames {
		return err
	}
	for i := at; i < end; i++ {
		speech[i] = 0
		if s.levels[i] > threshold {
			speech[i] = 1
		}
	}
	return nil
}

// listen lets RNNoise hear the frames from at to end, or until so many had
// speech, and returns how many had. The detector answers late: what it still
// owes of the last frames comes when it has gone on elsewhere, and is dropped.
func (s *Skimmer) listen(block []int16, at, end int, speech []float32, enough int) (voiced int, err error) {
	from := max(at-warmUpFrames, 0)
	next := from - s.owed
	for i := from; i < end && voiced < enough; i++ {
		answers, err := s.detector.Push(block[i*FrameSize : (i+1)*FrameSize])
		if err != nil {
			return 0, err
		}
		for _, p := range answers {
			if next >= at {
				speech[next] = p
				if p >= 0.5 {
					voiced++
				}
			}
			next++
		}
		s.owed = i + 1 - next
	}
	return voiced, nil
}
