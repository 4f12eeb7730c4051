package replay

import (
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestOwnTime checks that both work and sleep count as a program's own time, and
// that it never exceeds the elapsed time.
func TestOwnTime(t *testing.T) {
	if threadTimes(int32(os.Getpid())) == nil || len(threadTimes(int32(os.Getpid()))) == 0 {
		t.Skip("the kernel does not count waiting times of threads")
	}
	pids := []int32{int32(os.Getpid())}
	var o ownTime
	o.read(pids, time.Now(), time.Now())
	for _, tt := range []struct {
		name string
		do   func(time.Duration)
	}{{"work", work}, {"sleep", time.Sleep}} {
		began := time.Now()
		tt.do(200 * time.Millisecond)
		now := time.Now()
		got, least := o.read(pids, began, now)
		if took := now.Sub(began); got > took || least > got || least < 0 {
			t.Errorf("%s: %v of %v", tt.name, got, took)
		}
		// A busy machine may reduce the time of the sleep, but hardly by more
		// than half.
		if got < 50*time.Millisecond {
			t.Errorf("%s: %v of 200 ms", tt.name, got)
		}
	}
}

// work keeps a thread busy for d of its own processor time.
func work(d time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var t unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
			panic(err)
		}
		return time.Duration(t.Nano())
	}
	for began := used(); used()-began < d; {
	}
}
