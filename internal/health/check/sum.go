package check

import (
	"strings"
	"time"

	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/wer"
)

// sum adds up the results of several replays.
type sum struct {
	words             wer.Result
	audio, processing time.Duration
	latencies         []time.Duration
	waited            time.Duration   // part of processing spent waiting for busy processors
	undisturbed       []time.Duration // latencies without that waiting
	asked, failed     int
}

// add adds a replay, and returns the sum of that replay alone.
func (s *sum) add(spoken []string, h *replay.Result) sum {
	var part sum
	ref, hyp := normalised(spoken, h)
	part.words = wer.Compare(strings.Join(ref, " "), strings.Join(hyp, " "))
	for _, a := range h.Answers {
		part.audio += fromSeconds(a.Duration)
		part.processing += fromSeconds(a.ProcessingSeconds)
		if a.Latency > 0 {
			part.latencies = append(part.latencies, a.Latency)
			part.undisturbed = append(part.undisturbed, a.Latency-(a.Took-a.MinTime))
		}
		part.waited += max(0, min(a.Took-a.MinTime, fromSeconds(a.ProcessingSeconds)))
	}
	part.asked, part.failed = h.Asked, max(len(h.Failures), h.Asked-len(h.Answers))
	s.words = s.words.Add(part.words)
	s.audio += part.audio
	s.processing += part.processing
	s.latencies = append(s.latencies, part.latencies...)
	s.undisturbed = append(s.undisturbed, part.undisturbed...)
	s.waited += part.waited
	s.asked += part.asked
	s.failed += part.failed
	return part
}

// speed returns audio time divided by processing time: higher is faster.
func (s *sum) speed() float64 {
	if s.processing <= 0 {
		return 0
	}
	return s.audio.Seconds() / s.processing.Seconds()
}

// undisturbedSpeed returns the speed without the time that the recogniser waited
// for busy processors.
func (s *sum) undisturbedSpeed() float64 {
	undisturbed := max(s.processing-s.waited, time.Millisecond)
	return s.audio.Seconds() / undisturbed.Seconds()
}

// wordErrors returns the word error rate in percent.
func (s *sum) wordErrors() float64 { return 100 * s.words.Rate() }

func texts(h *replay.Result) []string {
	var all []string
	for _, a := range h.Answers {
		all = append(all, a.Text)
	}
	return all
}

// normalised returns the reference and the recognised texts, normalised for the
// language that was spoken: "twelve" and 12 are then the same.
func normalised(spoken []string, h *replay.Result) (reference, hypothesis []string) {
	language := ""
	for _, a := range h.Answers {
		language = a.Language
		hypothesis = append(hypothesis, wer.Normalise(a.Text, language))
	}
	for _, s := range spoken {
		reference = append(reference, wer.Normalise(s, language))
	}
	return reference, hypothesis
}

func fromSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
