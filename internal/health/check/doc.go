// Package check judges the voiceflow programs. It replays recordings and edge
// cases through them (package replay), compares the result with the correct
// words, with [Limits] and with a [Baseline], and reports what is wrong, by how
// much, and what to do.
//
// A [Checker] runs the [Suites] and returns a [Report]: its [Finding]s say what is
// wrong, its [Measure]s what was measured, and its Status is the worst of the
// findings. Package report writes reports in the formats that people and
// monitors read; a [History] stores them.
package check
