package check

import "voiceflow/internal/limits"

// Limits are what a healthy pipeline keeps.
type Limits struct {
	WordsWrong  Threshold // word error rate
	SpeedFactor Threshold // audio time over processing time
	Latency     Threshold // median, from the end of speech to its text
	Memory      Threshold // of vf-transcribe, beyond what it had after its first utterances
	Leak        Threshold // growth of any program with each utterance
	CPU         Threshold // of all processors, while somebody dictates without a pause
	ErrorRate   Threshold // utterances without a text
	Decay       Threshold // processing time at the end over that at the beginning
	DiskFree    Threshold // of the state's and the temporary folder's disk
	Regression  Threshold // processing time over the baseline's
}

// DefaultLimits are those of the design; docs/checks.md says where each comes
// from.
func DefaultLimits() Limits {
	return Limits{
		WordsWrong:  Threshold{Warning: 15, Critical: 30, Unit: Percent},
		SpeedFactor: Threshold{Warning: limits.SpeedWarning, Critical: limits.SpeedCritical, Falling: true},
		Latency:     Threshold{Warning: limits.LatencyWarning.Seconds(), Critical: limits.LatencyCritical.Seconds(), Unit: Seconds},
		Memory:      Threshold{Warning: limits.MemoryWarning, Critical: limits.MemoryCritical, Unit: MB},
		Leak:        Threshold{Warning: 0.25, Critical: 0.75, Unit: MB},
		CPU:         Threshold{Warning: limits.CPUWarning, Critical: limits.CPUCritical, Unit: Percent},
		ErrorRate:   Threshold{Warning: limits.ErrorsWarning, Critical: limits.ErrorsCritical, Unit: Percent},
		Decay:       Threshold{Warning: 1.5, Critical: 2.5},
		DiskFree:    Threshold{Warning: 1024, Critical: 256, Unit: MB, Falling: true},
		Regression:  Threshold{Warning: 1.5, Critical: 2.5},
	}
}

// NamedLimit is a limit with the name and the meaning that users know it by.
type NamedLimit struct {
	Name, Usage string
	*Threshold
}

// Named lists the limits.
func (l *Limits) Named() []NamedLimit {
	return []NamedLimit{
		{"words-wrong", "share of words that are wrong", &l.WordsWrong},
		{"speed-factor", "speed as a multiple of real time", &l.SpeedFactor},
		{"latency", "time from the end of speech to its text (median)", &l.Latency},
		{"memory", "growth of vf-transcribe after its first utterances", &l.Memory},
		{"leak", "growth of any program per utterance", &l.Leak},
		{"cpu", "use of all processors while dictating", &l.CPU},
		{"error-rate", "share of utterances without text", &l.ErrorRate},
		{"decay", "slowdown between the start and the end of a long session", &l.Decay},
		{"disk-free", "free space for the state and temporary folders", &l.DiskFree},
		{"regression", "slowdown compared with the baseline", &l.Regression},
	}
}
