package dictation

import (
	"math"
	"strings"
	"time"

	"voiceflow/pkg/event"
)

// Confidence is how sure the recogniser was of a transcript, 0 to 1:
//
//	exp(mean of avg_logprob) * (1 - mean of no_speech_prob)
//
// The means are over the segments, each weighted by its length in seconds, or
// all alike where none has a length. The first factor is the geometric mean of
// the probabilities of the tokens, about; the second tells how sure it is that
// anybody spoke at all. It is 1 for a transcript without segments, of which
// nothing is known. That of a segment is that of a transcript of this one.
func Confidence(segments ...event.Segment) float64 {
	if len(segments) == 0 {
		return 1
	}
	var total, logprob, silence float64
	for _, s := range segments {
		total += length(s)
	}
	for _, s := range segments {
		weight := 1 / float64(len(segments))
		if total > 0 {
			weight = length(s) / total
		}
		logprob += weight * s.AvgLogprob
		silence += weight * s.NoSpeechProb
	}
	return min(math.Exp(logprob), 1) * (1 - min(max(silence, 0), 1))
}

func length(s event.Segment) float64 { return max(s.End-s.Start, 0) }

// confident returns the text of the segments that are sure enough, and where
// that is all of them the transcript's own.
func (d *Dictation) confident(t *event.Transcript) string {
	var sure text
	all := true
	for _, s := range t.Segments {
		if Confidence(s) < d.options.MinConfidence {
			all = false
			continue
		}
		if said := strings.TrimSpace(s.Text); said != "" {
			sure.add(piece{text: said, fresh: true}, false)
		}
	}
	if all {
		return t.Text
	}
	return sure.body
}

// history knows the transcripts that were there before.
type history struct {
	ids  map[id]bool
	last event.Transcript // without segments
}

// id names a transcript: utterances have a number, files a name as well.
type id struct {
	file   string
	number int
}

// repeats tells whether t was there before, and remembers it if not.
func (h *history) repeats(t *event.Transcript, window time.Duration) bool {
	key := id{t.File, t.ID}
	if h.ids[key] || h.isLast(t, window.Seconds()) {
		return true
	}
	if t.ID != 0 {
		if h.ids == nil {
			h.ids = map[id]bool{}
		}
		h.ids[key] = true
	}
	h.last = event.Transcript{File: t.File, Start: t.Start, End: t.End, Text: t.Text}
	return false
}

// isLast tells whether t says the same as the last one at the same time. One
// without times, of which a line needs none, does not.
func (h *history) isLast(t *event.Transcript, window float64) bool {
	return t.End > t.Start && t.File == h.last.File &&
		strings.TrimSpace(t.Text) == strings.TrimSpace(h.last.Text) &&
		t.Start < h.last.End+window && h.last.Start < t.End+window
}
