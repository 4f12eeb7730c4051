package check

import (
	"strings"
	"time"

	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/wer"
)

// sum is what several replays gave together.
type sum struct {
	words             wer.Result
	audio, processing time.Duration
	latencies         []time.Duration
	waited            time.Duration   // of processing, for processors that others had
	promptly          []time.Duration // the latencies without that
	asked, failed     int
}

// add counts a replay in, and returns it alone.
func (s *sum) add(said []string, h *replay.Heard) sum {
	var one sum
	said, got := compared(said, h)
	one.words = wer.Compare(strings.Join(said, " "), strings.Join(got, " "))
	for _, a := range h.Answers {
		one.audio += fromSeconds(a.Duration)
		one.processing += fromSeconds(a.ProcessingSeconds)
		if a.Latency > 0 {
			one.latencies = append(one.latencies, a.Latency)
			one.promptly = append(one.promptly, a.Latency-(a.Took-a.Least))
		}
		one.waited += max(0, min(a.Took-a.Least, fromSeconds(a.ProcessingSeconds)))
	}
	one.asked, one.failed = h.Asked, max(len(h.Failures), h.Asked-len(h.Answers))
	s.words = s.words.Add(one.words)
	s.audio += one.audio
	s.processing += one.processing
	s.latencies = append(s.latencies, one.latencies...)
	s.promptly = append(s.promptly, one.promptly...)
	s.waited += one.waited
	s.asked += one.asked
	s.failed += one.failed
	return one
}

// speed is audio time over processing time: higher is faster.
func (s *sum) speed() float64 {
	if s.processing <= 0 {
		return 0
	}
	return s.audio.Seconds() / s.processing.Seconds()
}

// alone is the speed without what the recogniser waited for processors.
func (s *sum) alone() float64 {
	own := max(s.processing-s.waited, time.Millisecond)
	return s.audio.Seconds() / own.Seconds()
}

func (s *sum) wrong() float64 { return 100 * s.words.Rate() }

func texts(h *replay.Heard) []string {
	var all []string
	for _, a := range h.Answers {
		all = append(all, a.Text)
	}
	return all
}

// compared are what was said and what was heard in the form in which words are
// compared: "twelve" and 12 are the same in the language that was spoken.
func compared(said []string, h *replay.Heard) (reference, heard []string) {
	language := ""
	for _, a := range h.Answers {
		language = a.Language
		heard = append(heard, wer.Normalise(a.Text, language))
	}
	for _, s := range said {
		reference = append(reference, wer.Normalise(s, language))
	}
	return reference, heard
}

func fromSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
