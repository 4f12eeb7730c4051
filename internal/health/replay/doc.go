// Package replay sends recordings through the real programs, as processes in a
// pipeline, and returns what each produced: texts with their times, errors, exit
// codes, memory and processor time. It judges nothing.
//
// A [Recording] is a WAV file with its words in a text file next to it, a
// [Sequence] many recordings in one file, a [Fixture] a file that the programs
// must cope with, a [Pipeline] the programs, and a [Result] the result of a
// replay.
package replay
