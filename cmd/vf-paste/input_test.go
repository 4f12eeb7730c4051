package main

import (
	"strings"
	"testing"

	"voiceflow/internal/exitcode"
)

func TestInput(t *testing.T) {
	for _, tt := range []struct {
		name, input, stdin string
		want               string
		code               int
	}{
		{"text", "auto", "one\n{two}\n", "one\n{two}\n", exitcode.OK},
		{"blank lines first", "auto", "\n \t\r\n" + hello, "hello there\n", exitcode.OK},
		{"byte order mark", "auto", "\ufeff" + hello, "hello there\n", exitcode.OK},
		{"blank lines and text", "auto", "\n\n one\n", "one\n", exitcode.OK},
		{"only blank lines", "auto", "\n \n\t", "", exitcode.OK},
		{"letter like a mark", "auto", "\uff21b\n", "\uff21b\n", exitcode.OK},
		{"damaged JSON", "auto", "{\"type\":\n" + again, "again\n", exitcode.SomeFailed},
		{"the end of a JSON line", "auto", `ipt","id":1,"type":"transcript","text":"x"}` + "\n" + again, "again\n", exitcode.SomeFailed},
		{"the middle of sound", "auto", `AAA=","pcm":"AAAA` + "\n" + again, "again\n", exitcode.SomeFailed},
		{"long damaged sound", "auto", strings.Repeat("A", 2*maxLine) + `"}` + "\n", "", exitcode.SomeFailed},
		{"a line before JSON", "auto", `warning: "type":"transcript"` + "\n" + again, "again\n", exitcode.SomeFailed},
		{"damaged, as text", "text", `a "type":"x"` + "\n", `a "type":"x"` + "\n", exitcode.OK},
		{"quotes", "auto", `a "type": "x" and "pcm"` + "\n", `a "type": "x" and "pcm"` + "\n", exitcode.OK},
		{"the last line", "auto", `a "type":"x"`, "", exitcode.SomeFailed},
		{"JSON as text", "text", "{\"type\":\"x\"}\n", "{\"type\":\"x\"}\n", exitcode.OK},
		{"text as JSON", "jsonl", "rm -rf ~\n" + again, "again\n", exitcode.SomeFailed},
		{"JSON", "jsonl", hello, "hello there\n", exitcode.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, log := started(t, tt.stdin, "--method", "stdout", "--input", tt.input)
			if code != tt.code || out != tt.want {
				t.Errorf("code %d, %q, want %d, %q\n%s", code, out, tt.code, tt.want, log)
			}
		})
	}
}

// TestLongLine: a line of text that is too long is left out and reported.
func TestLongLine(t *testing.T) {
	most := strings.Repeat("a", maxLine-1) + "\n"
	for _, tt := range []struct {
		name, stdin, want string
		code              int
	}{
		{"longest", most + "end\n", most + "end\n", exitcode.OK},
		{"too long", "begin\na" + most + "end\n", "begin\nend\n", exitcode.SomeFailed},
		{"much too long", strings.Repeat("word ", maxLine) + "\nend\n", "end\n", exitcode.SomeFailed},
		{"the last", "begin\n" + strings.Repeat("word ", maxLine), "begin\n", exitcode.SomeFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, log := started(t, tt.stdin, "--method", "stdout", "--input", "text")
			if code != tt.code || out != tt.want || (code != 0) != strings.Contains(log, "longer than 1048576 bytes") {
				t.Errorf("code %d, %d bytes, want %d, %d\n%.300s", code, len(out), tt.code, len(tt.want), log)
			}
		})
	}
}
