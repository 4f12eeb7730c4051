// Package crash catches C libraries that end the process: by an abort, an unhandled
// exception, a crash in their code, or exit. Mistakes in Go code, and signals from other
// processes, are left to the Go runtime.
package crash
