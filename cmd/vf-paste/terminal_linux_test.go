package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"voiceflow/internal/test/home"
)

// TestTerminal: nothing that vf-paste writes to a terminal moves its cursor, or shows text
// in another order than it has.
func TestTerminal(t *testing.T) {
	const hostile = "a\x1b[2Jb\u009b2Jc\u202ed\u2066e\u200ef\u061cg\u200bh\u00adi\U000e0041j"
	for name, command := range map[string]string{
		"text":    "printf %s \"$TEXT\" | ./vf-paste --method stdout --input text",
		"history": "printf %s \"$TEXT\" | ./vf-paste --method stdout --input text --history 3 >/dev/null && ./vf-paste history",
		"JSON":    "printf %s \"$TEXT\" | ./vf-paste --method stdout --input text --history 3 >/dev/null && ./vf-paste history --json",
	} {
		t.Run(name, func(t *testing.T) {
			home.Private(t)
			folder := t.TempDir()
			program(t, folder, "vf-paste")
			cmd := exec.Command("script", "-qec", command, "/dev/null")
			cmd.Dir = folder
			cmd.Env = append(os.Environ(), asProgram+"=", "TEXT="+hostile)
			out, err := cmd.Output()
			if err != nil || !strings.Contains(string(out), "j") {
				t.Fatalf("%v: %q", err, out)
			}
			for _, r := range strings.ReplaceAll(string(out), "\r\n", "") {
				if unicode.In(r, unicode.Cc, unicode.Cf) || r == unicode.ReplacementChar {
					t.Errorf("the terminal gets %U: %+q", r, out)
				}
			}
		})
	}
}
