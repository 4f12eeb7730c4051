// Package replay sends recordings through the real programs, as processes in a
// pipeline, and tells what came out of each: texts with their times, errors,
// exit codes, memory and processor time. It judges nothing.
//
// A [Recording] is a WAV file with its true words beside it, a [Sequence] many
// of them in one file, a [Fixture] a file that a program must cope with, a
// [Pipeline] the programs, and [Heard] what one replay gave.
package replay
