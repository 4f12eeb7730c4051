package segmentation

// Utterance is what a program found.
type Utterance struct {
	Span     // the speech
	From int // the first sample that was kept, before the speech
}

// Score compares what was found with the truth.
type Score struct {
	Precision, Recall, F1 float64 // of frames of 10 ms

	Missed int // sentences of which nothing was found
	Split  int // sentences found as two utterances or more
	Joined int // utterances beyond the first sentence in them
	False  int // utterances with no speech in them
	// Clipped are sentences whose kept sound begins later than 100 ms before
	// their first sample.
	Clipped int
}

// preRoll is what must be kept before a sentence, in samples: 100 ms.
const preRoll = sampleRate / 10

// Judge compares utterances, in order, with the scene's sentences.
func (s *Scene) Judge(found []Utterance) Score {
	spans := make([]Span, len(found))
	for i, u := range found {
		spans[i] = u.Span
	}
	var score Score
	score.frames(s.marks(s.Speech), s.marks(spans))
	for _, sentence := range s.Speech {
		parts := overlapping(spans, sentence)
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
		if n := len(overlapping(s.Speech, u)); n == 0 {
			score.False++
		} else {
			score.Joined += n - 1
		}
	}
	return score
}

// frame is what precision and recall count in, in samples: 10 ms.
const frame = sampleRate / 100

// marks tells for each frame whether its middle is in a span.
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
	var both, said, heard float64
	for i := range truth {
		if truth[i] {
			said++
		}
		if found[i] {
			heard++
		}
		if truth[i] && found[i] {
			both++
		}
	}
	if both > 0 {
		score.Precision, score.Recall = both/heard, both/said
		score.F1 = 2 * both / (said + heard)
	}
}
