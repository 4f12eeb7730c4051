// Package check judges the voiceflow programs: it has recordings and edge
// cases replayed through them (package replay), compares what comes out with
// the truth, with [Limits] and with a [Baseline], and says what is wrong, how
// wrong, and what to do.
//
// A [Checker] runs the [Suites] and gives a [Report]: its [Finding]s are what
// is wrong, its [Measure]s what was measured, and its [Status] the worst of the
// findings. Package report writes a report in the formats that people and
// monitors read; a [History] keeps them.
package check
