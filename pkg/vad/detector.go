package vad

import "errors"

// The measures of the gate, in frames.
const (
	// warmUpFrames are heard before the frame in question, for RNNoise to
	// settle.
	warmUpFrames = 8
	// quietFrames without speech end the listening; the background is learnt
	// only from those after the first restFrames, which may be a word's end.
	quietFrames, restFrames = 50, 10
	// dullFrames below the background's threshold end it too: no word has a
	// gap as long.
	dullFrames = 50
	// After sureFrames of speech, a sound that is trustRise dB above the
	// threshold is taken for speech for trustFrames, without asking, wherever it
	// is strongRise above the threshold. Weaker for weakFrames, it is asked about
	// anew.
	sureFrames, trustFrames = 10, 150
	weakFrames, lullFrames  = 5, 5
	trustRise, strongRise   = 10.0, 3.0
	// beginFrames from the first sound on are judged together: where their
	// level varies by less than beginRange dB they are background. Else RNNoise
	// hears the first settleFrames over and over before, for it takes any
	// steady noise for speech in the first tenths of a second.
	beginFrames, beginRange    = 30, 5.0
	settleFrames, settleRounds = 3, 5
)

// voiced and unvoiced are the probabilities of speech above and below which
// the gate takes RNNoise by its word.
const voiced, unvoiced = 0.5, 0.35

// Detector hears speech as it is spoken. It listens to the level, and asks
// RNNoise only about what rises above the background: at several hundred times
// real time, for most of what a microphone hears is background. That also
// keeps out what RNNoise alone takes for speech, such as far voices, steadily.
//
// Its answers come one frame late.
type Detector struct {
	ear      *ear
	back     background
	loudness loudness // of the whole frames in samples

	samples []int16 // the latest
	pushed  int64   // samples in all
	next    int64   // frame to be answered
	heard   int64   // frame that the ear hears next, while listening
	ended   bool    // by Flush

	mode   mode
	quiet  int // frames without speech, in a row, while listening
	speech int // frames with speech since the listening began
	dull   int // frames below the threshold, in a row
	trust  int // frames that are still taken for speech, while trusting
	weak   int // frames that are not strong, in a row, while trusting

	answers []float32 // of one Push, reused
}

// errEnded is the answer to samples after the end of a stream.
var errEnded = errors.New("speech detection: the stream has ended")

// mode is what the gate does.
type mode int

const (
	beginning mode = iota // there was no sound yet, or too little
	closed                // nothing above the background
	listening             // RNNoise is asked about every frame
	trusting              // RNNoise has just said that this sound is speech
)

// NewDetector makes a detector at the start of a stream.
func NewDetector() (*Detector, error) {
	ear, err := newEar()
	if err != nil {
		return nil, err
	}
	return &Detector{ear: ear, loudness: newLoudness()}, nil
}

// Push takes the next samples and returns the probabilities of speech, 0 to 1,
// of the frames that are now known; see [FrameDetector].
func (d *Detector) Push(samples []int16) ([]float32, error) {
	if d.ended {
		return nil, errEnded
	}
	d.answers = d.answers[:0]
	d.pushed += int64(len(samples))
	d.samples = append(d.samples, samples...)
	err := d.run()
	return d.answers, err
}

// Flush ends the stream and returns the answers that are still owed.
func (d *Detector) Flush() ([]float32, error) {
	if d.ended {
		return nil, errEnded
	}
	d.answers, d.ended = d.answers[:0], true
	// Silence follows: what the last frame lacks, and the frame after it.
	frames := (d.pushed + FrameSize - 1) / FrameSize
	d.samples = append(d.samples, make([]int16, (frames+1)*FrameSize-d.pushed)...)
	err := d.run()
	return d.answers, err
}

// Close frees the detector; it may be called twice.
func (d *Detector) Close() { d.ear.Close() }

// run answers each frame that has a next one.
func (d *Detector) run() error {
	for i := d.loudness.end(); i < d.loudness.first+int64(len(d.samples)/FrameSize); i++ {
		d.loudness.push(d.frame(i))
	}
	for d.next < d.loudness.end()-1 {
		if d.mode == beginning {
			if begun, err := d.begin(); err != nil || !begun {
				return err
			}
			continue
		}
		speech, err := d.answer()
		if err != nil {
			return err
		}
		d.tell(speech)
	}
	if old := d.next - warmUpFrames - 1 - d.loudness.first; old > 0 {
		d.samples = append(d.samples[:0], d.samples[old*FrameSize:]...)
		d.loudness.forget(d.loudness.first + old)
	}
	return nil
}

func (d *Detector) tell(speech float32) {
	d.answers = append(d.answers, speech)
	d.next++
}

func (d *Detector) frame(i int64) []int16 {
	at := (i - d.loudness.first) * FrameSize
	return d.samples[at : at+FrameSize]
}

// answer is the probability of speech in the next frame.
func (d *Detector) answer() (float32, error) {
	level, threshold := d.loudness.level(d.next), d.back.threshold()
	loud := level > threshold
	if d.dull++; loud {
		d.dull = 0
	}
	if d.mode == trusting {
		strong := level > threshold+strongRise
		switch {
		case strong:
			d.weak = 0
		case loud:
			d.weak++
		}
		d.trust--
		switch {
		case d.dull >= lullFrames:
			d.mode = closed
		case d.trust < 0 || d.weak >= weakFrames:
			d.ask()
		default:
			return certainty(strong), nil
		}
	}
	if d.mode == closed {
		if !loud {
			d.back.hear(level)
			return 0, nil
		}
		d.ask()
	}
	return d.listen(level)
}

// ask begins to listen.
func (d *Detector) ask() {
	d.mode, d.quiet, d.speech = listening, 0, 0
	d.heard = max(d.next-warmUpFrames, d.loudness.first)
}

func certainty(speech bool) float32 {
	if speech {
		return 1
	}
	return 0
}

// begin waits for the first sound and judges its beginning. It returns false
// while it needs to know more.
func (d *Detector) begin() (bool, error) {
	if level := d.loudness.level(d.next); level <= silentLevel {
		d.back.hear(level)
		d.tell(0)
		return true, nil
	}
	end, known := d.next+beginFrames, d.loudness.end()-1
	if known < end && !d.ended {
		return false, nil
	}
	d.mode = closed
	end = min(end, known)
	from := min(d.next+2, end-1) // the first two have a part of the silence before
	least, most := d.loudness.extremes(from, end)
	if most-least >= beginRange {
		return true, d.settle(min(d.next+settleFrames, end))
	}
	for d.next < end {
		d.back.hear(d.loudness.level(d.next))
		d.tell(0)
	}
	return true, nil
}

// settle lets RNNoise hear the frames from next to end, again and again.
func (d *Detector) settle(end int64) error {
	for range settleRounds {
		for i := d.next; i < end; i++ {
			if _, err := d.ear.hear(d.frame(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// listen asks about the next frame, and decides how to go on.
func (d *Detector) listen(level float64) (float32, error) {
	var speech float32
	for ; d.heard <= d.next+1; d.heard++ { // the ear is one frame late
		var err error
		if speech, err = d.ear.hear(d.frame(d.heard)); err != nil {
			return 0, err
		}
	}
	if speech >= voiced {
		d.speech++
	}
	if d.quiet++; speech >= unvoiced {
		d.quiet = 0
	}
	if d.quiet > restFrames || d.quiet > 0 && !d.back.known() {
		d.back.hear(level)
	}
	switch {
	case d.dull >= dullFrames:
		d.mode = closed
		return 0, nil
	case d.quiet >= quietFrames && d.back.known():
		d.mode = closed
	case d.speech >= sureFrames && d.back.known() && level > d.back.threshold()+trustRise:
		d.mode, d.trust, d.weak = trusting, trustFrames, 0
	}
	return speech, nil
}
