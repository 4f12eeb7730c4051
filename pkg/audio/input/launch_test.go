package input

import "testing"

// TestTrials: readers that share the trials try a program once.
func TestTrials(t *testing.T) {
	var trials Trials
	if trials.startsConfined("/nowhere/ffmpeg") {
		t.Error("a missing program starts")
	}
	trials.starts["/nowhere/ffmpeg"] = true // as if it had started
	if !trials.startsConfined("/nowhere/ffmpeg") {
		t.Error("the program was tried again")
	}
	var none *Trials
	if none.startsConfined("/nowhere/ffmpeg") {
		t.Error("without trials, a missing program starts")
	}
}
