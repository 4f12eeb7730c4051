package whisper

import (
	"os"
	"runtime"
	"syscall"
)

// LimitSpinning keeps OpenMP's threads from spinning while they wait for each
// other; it is to be called first in main. On a machine whose processors have
// other work too, a thread that spins holds up the very one that it waits for:
// with one busy process beside it, decoding with two threads took 20 times as
// long. A tenth of a millisecond or two covers the differences between threads
// at the same work; shorter limits cost 2 to 8 % on an idle machine and gain
// 30 % on a busy one, longer ones cost much more there.
//
// libgomp takes the setting from the environment while it is loaded, before
// main, so the program starts anew with it, once, in the same process. A user's
// own setting stays.
func LimitSpinning() {
	if runtime.GOOS != "linux" {
		return
	}
	for _, name := range []string{"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} {
		if _, set := os.LookupEnv(name); set {
			return
		}
	}
	// Where the program cannot start anew it goes on as it is: slower at times.
	if self, err := os.Executable(); err == nil {
		_ = syscall.Exec(self, os.Args, append(os.Environ(), "GOMP_SPINCOUNT=10000"))
	}
}
