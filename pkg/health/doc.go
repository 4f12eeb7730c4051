// Package health replays recordings through the real programs, as processes in
// a pipeline, and judges what comes out: the words, how many utterances, how
// fast, how soon.
//
// A [Recording] is a WAV file with its true words beside it, a [Pipeline] the
// programs, a [Report] what one replay gave. [Report.Judge] compares a report
// with [Limits].
package health
