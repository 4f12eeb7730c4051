package check

import "voiceflow/internal/limits"

// Limits are the limits of a healthy pipeline.
type Limits struct {
	WordsWrong  Threshold // word error rate
	SpeedFactor Threshold // audio time divided by processing time
	Latency     Threshold // median, from the end of speech to its text
	Memory      Threshold // growth of vf-transcribe after its first utterances
	Leak        Threshold // growth of any program per utterance
	CPU         Threshold // share of all processors during dictation without pauses
	ErrorRate   Threshold // share of utterances without text
	Decay       Threshold // processing time at the end divided by that at the start
	DiskFree    Threshold // free space for the state and temporary folders
	Regression  Threshold // processing time divided by the baseline's
}

// DefaultLimits returns the default limits; docs/checks.md explains each.
func DefaultLimits() Limits {
	return Limits{
		WordsWrong:  Threshold{Warning: 15, Critical: 30, Unit: Percent},
		SpeedFactor: Threshold{Warning: limits.SpeedWarning, Critical: limits.SpeedCritical, Falling: true},
		Latency: Threshold{
			Warning: limits.LatencyWarning.Seconds(), Critical: limits.LatencyCritical.Seconds(), Unit: Seconds,
		},
		Memory:     Threshold{Warning: limits.MemoryWarning, Critical: limits.MemoryCritical, Unit: MB},
		Leak:       Threshold{Warning: 0.25, Critical: 0.75, Unit: MB},
		CPU:        Threshold{Warning: limits.CPUWarning, Critical: limits.CPUCritical, Unit: Percent},
		ErrorRate:  Threshold{Warning: limits.ErrorsWarning, Critical: limits.ErrorsCritical, Unit: Percent},
		Decay:      Threshold{Warning: 1.5, Critical: 2.5},
		DiskFree:   Threshold{Warning: 1024, Critical: 256, Unit: MB, Falling: true},
		Regression: Threshold{Warning: 1.5, Critical: 2.5},
	}
}

// NamedLimit is a limit with the name of its flag and the flag's help text.
type NamedLimit struct {
	Name, Usage string
	*Threshold
}

// Named lists the limits.
func (l *Limits) Named() []NamedLimit {
	return []NamedLimit{
		{"words-wrong", "word error rate", &l.WordsWrong},
		{"speed-factor", "speed as a multiple of real time", &l.SpeedFactor},
		{"latency", "median time from the end of speech to its text", &l.Latency},
		{"memory", "growth of vf-transcribe after its first utterances", &l.Memory},
		{"leak", "growth of any program per utterance", &l.Leak},
		{"cpu", "share of all processors while dictating", &l.CPU},
		{"error-rate", "share of utterances without text", &l.ErrorRate},
		{"decay", "slowdown from start to end of a long session", &l.Decay},
		{"disk-free", "free space for the state and temporary folders", &l.DiskFree},
		{"regression", "slowdown compared with the baseline", &l.Regression},
	}
}
