package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHelpFits: the help of every program and subcommand fits 80 columns and shows
// its usage.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"} {
		checkHelp(t, filepath.Join(bin, program))
	}
}

func checkHelp(t *testing.T, command ...string) {
	t.Helper()
	name := strings.Join(append([]string{filepath.Base(command[0])}, command[1:]...), " ")
	out, err := exec.Command(command[0], append(command[1:], "--help")...).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Usage: "+name) {
		t.Errorf("%s --help: %v\n%s", name, err, out)
	}
	heading := ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimRight(line, "\n")
		if len(line) > 80 {
			t.Errorf("%s --help: longer than 80 columns: %s", name, line)
		}
		if !strings.HasPrefix(line, " ") {
			heading = line
		}
		if entry, is := strings.CutPrefix(line, "  "); is && heading == "Commands:" && !strings.HasPrefix(entry, " ") {
			checkHelp(t, append(command, strings.Fields(entry)[0])...)
		}
	}
}
