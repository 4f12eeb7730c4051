// Package machine decides what becomes of a test on a machine that lacks what the test
// needs, such as an X server or a terminal.
package machine

import (
	"os"
	"testing"
)

// Lacks ends a test for lack of something: it is skipped, with the reason, on a
// developer's machine or in a container, and fails where CI is set, because CI must run
// every test.
func Lacks(t testing.TB, what string, reason error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("no %s: %v", what, reason)
	}
	t.Skipf("no %s on this machine: %v", what, reason)
}
