// Package await waits in tests until something is so, or until something has ended.
package await

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Patience limits waits for things that come soon or never.
const Patience = time.Minute

// longest is the longest pause between two looks; the first is a hundredth of it.
const longest = 50 * time.Millisecond

// True waits until a condition holds. The test fails if it does not within [Patience].
func True(t testing.TB, what string, holds func() bool) {
	t.Helper()
	Within(t, Patience, what, holds)
}

// Within is [True] with another limit, for what must come soon.
func Within(t testing.TB, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	if err := Poll(context.Background(), limit, func() error {
		if !holds() {
			return fmt.Errorf("waited %v for %s", limit, what)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Nil waits until nothing is missing. The test fails with what is still missing after
// [Patience]. Use it when there is no channel or pipe to wait on.
func Nil(t testing.TB, missing func() error) {
	t.Helper()
	if err := Poll(context.Background(), Patience, missing); err != nil {
		t.Fatal(err)
	}
}

// Poll waits until nothing is missing, without a test. It returns what is still missing
// after a limit, or the error of ctx.
func Poll(ctx context.Context, limit time.Duration, missing func() error) error {
	deadline := time.After(limit)
	for pause := longest / 100; ; pause = min(2*pause, longest) {
		err := missing()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-deadline:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Size waits until a file exists and has so many bytes.
func Size(t testing.TB, path string, bytes int64) {
	t.Helper()
	Nil(t, func() error {
		info, err := os.Stat(path)
		if err == nil && info.Size() < bytes {
			err = fmt.Errorf("%s has %d bytes, not yet %d", path, info.Size(), bytes)
		}
		return err
	})
}

// Exit waits until a program that has been started ends, and returns its exit code; -1 is
// a signal. The test fails if it does not end within a limit.
func Exit(t testing.TB, cmd *exec.Cmd, limit time.Duration) int {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
		return cmd.ProcessState.ExitCode()
	case <-time.After(limit):
		t.Fatalf("%v did not end within %v", cmd.Args, limit)
		return -1
	}
}
