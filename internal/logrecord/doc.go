// Package logrecord is the programs' log: one JSON line per event, in a file
// that several processes share. It writes the lines ([Open], [New]), rotates the
// file, and reads them back: [Parse] takes one line, [Files] whole logs, and
// [Follow] what is added to a folder of logs. The names of fields and events are
// defined here, once for those who write and those who read.
//
// The log never holds a transcript's text. What the records mean over time is up
// to package metrics and package analysis.
package logrecord
