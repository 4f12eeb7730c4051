package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestLimitsSpinning: vf-transcribe limits how long the threads of OpenMP spin, unless the
// user has.
func TestLimitsSpinning(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ set, want string }{
		{"", "GOMP_SPINCOUNT=10000"}, {"GOMP_SPINCOUNT=7", "GOMP_SPINCOUNT=7"}, {"OMP_WAIT_POLICY=passive", ""},
	} {
		cmd := exec.Command("vf-transcribe")
		cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GOMP_SPINCOUNT=") })
		if tt.set != "" {
			cmd.Env = append(cmd.Env, tt.set)
		}
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		log, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// It warns that it uses the demo model once main has begun in earnest.
		if _, err := log.Read(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, v := range strings.Split(string(environ), "\x00") {
			if strings.HasPrefix(v, "GOMP_SPINCOUNT=") {
				found = v
			}
		}
		if found != tt.want {
			t.Errorf("with %q: %q, want %q", tt.set, found, tt.want)
		}
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}
