package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/machine"
)

// terminal opens a pseudo-terminal: reader returns what is written to screen.
func terminal(t *testing.T) (reader, screen *os.File) {
	t.Helper()
	reader, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		machine.Lacks(t, "pseudo terminal", err)
	}
	t.Cleanup(func() { reader.Close() })
	fd := int(reader.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		machine.Lacks(t, "pseudo terminal", err)
	}
	return reader, screen
}

// TestMeter checks the level meter that --meter draws on a terminal.
func TestMeter(t *testing.T) {
	t.Parallel()
	reader, screen := terminal(t)
	cmd := exec.Command("vf-record", "--meter", "--cue", "print", "--max-duration", "2s", "--input", recording("timing-rapid"))
	cmd.Stderr = screen
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	shown, _ := io.ReadAll(reader) // ends with an error: the terminal is gone
	if code := await.Exit(t, cmd, await.Patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	lines := strings.Split(strings.ReplaceAll(string(shown), "\r\n", "\n"), "\n")
	if len(lines) != 3 || lines[0] != "recording" || lines[2] != "" {
		t.Fatalf("on the screen: %q", shown)
	}
	drawings := strings.Split(lines[1], "\r\x1b[K")
	if len(drawings) != 1+20 || !strings.HasSuffix(drawings[20], "dB  0:02") {
		t.Errorf("%d drawings, the last %q", len(drawings)-1, drawings[len(drawings)-1])
	}
	form := regexp.MustCompile(`^\[[#|-]{30}\] +-[0-9]+ dB  0:0[0-2]$`)
	for _, d := range drawings[1:] {
		if !form.MatchString(d) {
			t.Errorf("drawn: %q", d)
		}
	}
}

// TestBeep: a program without a controlling terminal rings the bell of the terminal
// on its standard error.
func TestBeep(t *testing.T) {
	t.Parallel()
	reader, screen := terminal(t)
	cmd := exec.Command("vf-record", "--cue", "beep", "--input", recording("sentence-01"))
	cmd.Stderr = screen
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	shown, _ := io.ReadAll(reader)
	if code := await.Exit(t, cmd, await.Patience); code != 0 || string(shown) != "\a" {
		t.Errorf("exit code %d, on the screen %q", code, shown)
	}
}
