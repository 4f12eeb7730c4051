package whisper

import (
	"os"
	"runtime"
	"syscall"
)

// LimitSpinning limits how long OpenMP's threads spin while they wait for each
// other. It must be called first in main. On a machine with other work to do, a
// spinning thread holds up the very thread it is waiting for: next to one busy
// process, decoding with two threads took 20 times as long. A limit of 0.1 to 0.2 ms
// covers the usual differences between threads. Shorter limits cost 2 to 8 % on an
// idle machine and gain 30 % on a busy one, where longer ones cost much more.
//
// libgomp reads the setting from the environment when it is loaded, before main.
// LimitSpinning therefore restarts the program once, within the same process. It
// respects settings made by the user.
func LimitSpinning() {
	if runtime.GOOS != "linux" {
		return
	}
	for _, name := range []string{"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} {
		if _, set := os.LookupEnv(name); set {
			return
		}
	}
	// If the restart fails, the program continues without it, slower at times.
	if self, err := os.Executable(); err == nil {
		_ = syscall.Exec(self, os.Args, append(os.Environ(), "GOMP_SPINCOUNT=10000"))
	}
}
