// Package logrecord is the programs' log: one JSON line per event, in a file
// that several processes share. It writes lines ([Open], [New]), rotates the file
// and reads lines back: [Parse] reads one line, [Files] complete logs, and
// [Follow] a folder of growing logs. It defines the names of fields and events
// for writers and readers.
//
// The log never contains the text of a transcript. Packages metrics and analysis
// interpret the records.
package logrecord
