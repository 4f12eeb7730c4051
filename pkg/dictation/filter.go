package dictation

import (
	"math"
	"strings"
	"time"

	"voiceflow/pkg/event"
)

// Confidence returns how sure the recogniser was of some segments, such as those
// of a transcript, from 0 to 1:
//
//	exp(mean of avg_logprob) * (1 - mean of no_speech_prob)
//
// The means are weighted by the segments' durations, or equally if all durations
// are zero. The first factor is roughly the geometric mean of the probabilities of
// the tokens; the second is the probability that anybody spoke at all. Without
// segments the result is 1, because nothing is known.
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

// confident returns the text of the segments with enough confidence. If all have
// enough, that is the transcript's own text.
func (d *Dictation) confident(t *event.Transcript) string {
	var joined text
	all := true
	for _, s := range t.Segments {
		if Confidence(s) < d.options.MinConfidence {
			all = false
			continue
		}
		if segment := strings.TrimSpace(s.Text); segment != "" {
			joined.add(piece{text: segment, fresh: true}, false)
		}
	}
	if all {
		return t.Text
	}
	joined.settle()
	return joined.body
}

// history remembers earlier transcripts.
type history struct {
	ids  map[id]bool
	last event.Transcript // without segments
}

// id identifies a transcript: live utterances have a number, those from files also
// a file name.
type id struct {
	file   string
	number int
}

// repeats reports whether t is a repetition, and remembers it if not.
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

// isLast reports whether t has the same text and time as the last transcript. It is
// false for transcripts without times, which are optional in a line.
func (h *history) isLast(t *event.Transcript, window float64) bool {
	return t.End > t.Start && t.File == h.last.File &&
		strings.TrimSpace(t.Text) == strings.TrimSpace(h.last.Text) &&
		t.Start < h.last.End+window && h.last.Start < t.End+window
}
