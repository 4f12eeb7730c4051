package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"voiceflow/pkg/event"
	"voiceflow/pkg/wer"
)

// Report is what one replay of a recording gave.
type Report struct {
	Recording  Recording
	Utterances []string      // as recognised
	Audio      time.Duration // length of the recognised audio, pre-roll and post-roll included
	Processing time.Duration // what the recogniser took for it
	Words      wer.Result
	// Latencies run from the end of each utterance's speech to its text; there
	// are none unless the replay was in real time.
	Latencies []time.Duration
	Device    string
}

func (r *Report) add(t *event.Transcript) {
	r.Utterances = append(r.Utterances, t.Text)
	r.Audio += duration(t.Duration)
	r.Processing += duration(t.ProcessingSeconds)
	r.Device = t.Device
}

func duration(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

// compare counts the wrong words, over all utterances together.
func (r *Report) compare() {
	r.Words = wer.Compare(strings.Join(r.Recording.Utterances, " "), strings.Join(r.Utterances, " "))
}

// SpeedFactor is audio time over processing time: higher is faster.
func (r *Report) SpeedFactor() float64 {
	if r.Processing <= 0 {
		return 0
	}
	return r.Audio.Seconds() / r.Processing.Seconds()
}

// Latency is the median of the latencies, 0 without any.
func (r *Report) Latency() time.Duration {
	if len(r.Latencies) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.Latencies))
	return sorted[len(sorted)/2]
}

// Status orders judgements from good to bad; its numbers are the exit codes
// that monitors expect.
type Status int

// The judgements.
const (
	OK Status = iota
	Warning
	Critical
)

func (s Status) String() string { return [...]string{"OK", "WARNING", "CRITICAL"}[s] }

// Limits are what a healthy pipeline keeps.
type Limits struct {
	WarnWER, CriticalWER         float64       // word error rate, 0 to 1 or more
	WarnSpeed, CriticalSpeed     float64       // speed factor
	WarnLatency, CriticalLatency time.Duration // median
}

// DefaultLimits are those of the design: slower than real time is critical,
// and text more than a second late is worth a warning.
func DefaultLimits() Limits {
	return Limits{
		WarnWER: 0.15, CriticalWER: 0.3,
		WarnSpeed: 2, CriticalSpeed: 1,
		WarnLatency: time.Second, CriticalLatency: 2 * time.Second,
	}
}

// Judge compares the report with the limits and says what falls short.
func (r *Report) Judge(l Limits) (Status, []string) {
	status, faults := OK, []string(nil)
	fault := func(s Status, format string, args ...any) {
		status = max(status, s)
		faults = append(faults, fmt.Sprintf(format, args...))
	}
	if got, want := len(r.Utterances), len(r.Recording.Utterances); got != want {
		fault(Critical, "%d utterances, not %d", got, want)
	}
	if first, got := firstWord(r.Recording.Utterances), firstWord(r.Utterances); first != got {
		fault(Warning, "begins with %q, not %q", got, first)
	}
	switch w := r.Words.Rate(); {
	case w > l.CriticalWER:
		fault(Critical, "%.0f %% of the words are wrong", 100*w)
	case w > l.WarnWER:
		fault(Warning, "%.0f %% of the words are wrong", 100*w)
	}
	switch s := r.SpeedFactor(); {
	case s < l.CriticalSpeed:
		fault(Critical, "slower than real time (speed factor %.1f)", s)
	case s < l.WarnSpeed:
		fault(Warning, "slow (speed factor %.1f)", s)
	}
	switch d := r.Latency(); {
	case d > l.CriticalLatency:
		fault(Critical, "text %.1f s after the speech", d.Seconds())
	case d > l.WarnLatency:
		fault(Warning, "text %.1f s after the speech", d.Seconds())
	}
	return status, faults
}

func firstWord(utterances []string) string {
	for _, u := range utterances {
		if words := wer.Words(u); len(words) > 0 {
			return words[0]
		}
	}
	return ""
}
