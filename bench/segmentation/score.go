package segmentation

// Utterance is detected speech.
type Utterance struct {
	Span     // the speech
	From int // the first sample of the kept audio, before the speech
}

// Score compares detected speech with the truth.
type Score struct {
	Precision, Recall, F1 float64 // per frame of 10 ms

	Missed int // sentences that were not detected at all
	Split  int // sentences detected as two or more utterances
	Joined int // further sentences in the same utterance
	False  int // utterances without speech
	// Clipped counts sentences with less than 100 ms of audio kept before them.
	Clipped int
}

// preRoll is how much audio must be kept before a sentence, in samples: 100 ms.
const preRoll = sampleRate / 10

// Judge compares detected utterances, in order, with the scene's sentences.
func (s *Scene) Judge(found []Utterance) Score {
	spans := make([]Span, len(found))
	for i, u := range found {
		spans[i] = u.Span
	}
	var score Score
	score.frames(s.marks(s.Speech), s.marks(spans))
	for _, sentence := range s.Speech {
		parts := findOverlapping(spans, sentence)
		switch {
		case len(parts) == 0:
			score.Missed++
			continue
		case len(parts) > 1:
			score.Split++
		}
		for _, u := range found {
			if u.Span == parts[0] && u.From > sentence.Start-preRoll {
				score.Clipped++
			}
		}
	}
	for _, u := range spans {
		if n := len(findOverlapping(s.Speech, u)); n == 0 {
			score.False++
		} else {
			score.Joined += n - 1
		}
	}
	return score
}

// frame is the unit of precision and recall, in samples: 10 ms.
const frame = sampleRate / 100

// marks returns, for each frame, whether its middle is in a span.
func (s *Scene) marks(spans []Span) []bool {
	marks := make([]bool, len(s.Samples)/frame)
	for _, span := range spans {
		first := max(0, (span.Start+frame/2-1)/frame)
		for i := first; i < len(marks) && i*frame+frame/2 < span.End; i++ {
			marks[i] = true
		}
	}
	return marks
}

func (score *Score) frames(truth, found []bool) {
	var both, spoken, detected float64
	for i := range truth {
		if truth[i] {
			spoken++
		}
		if found[i] {
			detected++
		}
		if truth[i] && found[i] {
			both++
		}
	}
	if both > 0 {
		score.Precision, score.Recall = both/detected, both/spoken
		score.F1 = 2 * both / (spoken + detected)
	}
}
