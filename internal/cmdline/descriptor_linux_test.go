package cmdline

import (
	"fmt"
	"os"
	"testing"

	"voiceflow/internal/cmdline/streams"
)

// However standard output is named, a program writes to the caller's, not to where the
// libraries print.
func TestNamesOfOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Symlink("/dev/stdout", "link"); err != nil {
		t.Fatal(err)
	}
	var seen string
	want := fmt.Sprint("/dev/fd/", streams.Stdout().Fd())
	for _, name := range []string{
		"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/../dev/stdout", "link", "./link", fmt.Sprintf("/proc/%d/fd/1", os.Getpid()),
	} {
		if code, _, log := run(pathed(&seen), "--place", name, "--places", name, "--word", name); code != OK || seen != want+" "+name+"  "+want {
			t.Errorf("%s: code %d: %q; %s", name, code, seen, log)
		}
	}
	for _, name := range []string{"/dev/stderr", "/dev/fd/2", "/dev/fd/10", "-", "1", "/dev/null"} {
		if code, _, log := run(pathed(&seen), "--place", name); code != OK || seen != name+"  " {
			t.Errorf("%s: code %d: %q; %s", name, code, seen, log)
		}
	}
}
