// Package machine decides what becomes of a test on a machine that lacks what the test
// needs, such as an X server or a terminal.
package machine

import (
	"os"
	"testing"
)

// Lacks ends a test because the machine lacks something. On a developer's machine or in
// a container, the test is skipped, with the reason; where CI is set it fails, because
// CI must run every test.
func Lacks(t testing.TB, what string, reason error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("no %s: %v", what, reason)
	}
	t.Skipf("no %s on this machine: %v", what, reason)
}
