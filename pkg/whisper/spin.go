package whisper

import (
	"os"
	"runtime"
)

// SpinLimit returns the setting, NAME=VALUE, that limits how long OpenMP's threads spin
// while they wait for each other, or "" if the environment has one. On a machine with
// other work to do, a spinning thread holds up the very thread it is waiting for: next
// to one busy process, decoding with two threads took 20 times as long. A limit of 0.1
// to 0.2 ms covers the usual differences between threads. Shorter limits cost 2 to 8 %
// on an idle machine and gain 30 % on a busy one, where longer ones cost much more.
//
// libgomp reads the setting from the environment when it is loaded, before main. A
// program must therefore restart itself with it, first in main.
func SpinLimit() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	for _, name := range []string{"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} {
		if _, set := os.LookupEnv(name); set {
			return ""
		}
	}
	return "GOMP_SPINCOUNT=10000"
}
