// Package streams keeps the standard streams for the program itself.
//
// What a library prints never reaches the caller's standard output, where the next
// program would take it for dictation: in a program that imports this package,
// descriptor 1 leads to standard error, and only [Stdout] leads to standard output.
// Programs that it starts do not inherit it, unless it is given to them.
//
// If the caller has closed standard input or output, Go opens /dev/null instead
// before main runs, and output vanishes without an error. In a program that imports
// this package, reading from closed standard input and writing to closed standard
// output fail.
//
// A few lines of C, which run before the Go runtime and before the constructors of
// shared libraries, do that. They also drop settings of OpenMP that could end the
// program. In a program built without cgo, standard output is shared, and closed
// streams go unnoticed.
package streams

import "os"

// Stdout returns the caller's standard output. All calls return the same file.
func Stdout() *os.File { return output() }
