// Package e2e tests the programs as users run them: built, started as processes,
// joined by pipes and interrupted. Commands that a user would type are in
// testdata/script, one behaviour per file; tests that need more than a shell are in
// Go.
package e2e
