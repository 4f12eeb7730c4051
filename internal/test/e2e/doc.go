// Package e2e tests the programs as their users run them: built, started as
// processes, joined by pipes, interrupted. What a user types is in
// testdata/script, one behaviour a file; tests that need more than a shell are
// in Go.
package e2e
