package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/test/home"
)

// mark and said are lines of a stream.
func mark(kind string) string { return fmt.Sprintf(`{"type":"mark","mark":%q,"at":0}`+"\n", kind) }

func said(id int, text string) string {
	return fmt.Sprintf(`{"type":"transcript","id":%d,"start":%d,"end":%d,"text":%q,"segments":[]}`+"\n", id, id, id+1, text)
}

func partial(id int, stable, unstable string) string {
	return fmt.Sprintf(`{"type":"partial","id":%d,"start":%d,"end":%d,"stable":%q,"unstable":%q}`+"\n", id, id, id+1, stable, unstable)
}

func TestMarks(t *testing.T) {
	for _, tt := range []struct {
		name, stdin string
		args        []string
		code        int
		want        string
	}{
		{"two dictations", mark("begin") + said(1, "one") + said(2, "two") + mark("end") +
			mark("begin") + said(3, "three") + mark("end"), nil, exitcode.OK, "one\ntwo\nthree\n"},
		{"other marks", mark("begin") + said(1, "one") + mark("pause") + mark("resume") + mark("gap") + said(2, "two") + mark("end"),
			nil, exitcode.OK, "one\ntwo\n"},
		{"no end", mark("begin") + said(1, "one") + mark("begin") + said(2, "two"), nil, exitcode.OK, "one\ntwo\n"},
		{"an empty dictation", mark("begin") + mark("end"), nil, exitcode.OK, ""},
		{"a cancelled dictation", mark("begin") + mark("cancel") + mark("begin") + said(1, "one") + mark("end"), nil, exitcode.OK, "one\n"},
		{"a cancel between dictations", mark("begin") + mark("end") + mark("cancel") + mark("begin") + said(1, "one") + mark("end"),
			nil, exitcode.OK, "one\n"},
		{"capitals begin again", mark("begin") + said(1, "one") + mark("end") + mark("begin") + said(2, "two") + mark("end"),
			[]string{"--capitalise"}, exitcode.OK, "One\nTwo\n"},
		{"a failure is that of its dictation", mark("begin") + `{"type":"error","id":1,"error":"no"}` + "\n" + mark("end") +
			mark("begin") + said(2, "two") + mark("end"), nil, exitcode.SomeFailed, "two\n"},
		{"a cancelled failure", mark("begin") + `{"type":"error","id":1,"error":"no"}` + "\n" + mark("cancel"), nil, exitcode.OK, ""},
		{"partial text is not printed", mark("begin") + partial(1, "one", " two") + said(1, "one two") + mark("end"),
			[]string{"--partial", "type"}, exitcode.OK, "one two\n"},
		{"a final newline for each", mark("begin") + said(1, "one") + mark("end") + mark("begin") + said(2, "two") + mark("end"),
			[]string{"--exec", "cat", "--final-newline", "--allow-newlines"}, exitcode.OK, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := tt.args
			if len(args) == 0 || args[0] != "--exec" {
				args = append([]string{"--method", "stdout"}, args...)
			}
			code, out, log := started(t, tt.stdin, args...)
			if code != tt.code || out != tt.want {
				t.Errorf("code %d, %q, want %d, %q\n%s", code, out, tt.code, tt.want, log)
			}
		})
	}
}

// TestCancelStops: a cancel ends a command that takes the text, and what follows it is
// not delivered, also if the dictation has ended meanwhile.
func TestCancelStops(t *testing.T) {
	for _, end := range []string{"", mark("end")} {
		t.Run(end, func(t *testing.T) { testCancelStops(t, end) })
	}
}

func testCancelStops(t *testing.T, end string) {
	folder := home.Private(t)
	script := `echo $$ >>'` + folder + `/started'; cat >/dev/null; exec sleep 60`
	r, w := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- run([]string{"vf-paste", "--exec", script, "--history", "3"}, r, io.Discard, os.Stderr)
	}()
	begun := time.Now()
	send := func(lines string) {
		if _, err := io.WriteString(w, lines); err != nil {
			t.Error(err)
		}
	}
	send(mark("begin") + said(1, "one") + said(2, "two") + end)
	var pid string
	for data := []byte(nil); len(data) == 0; time.Sleep(time.Millisecond) {
		data, _ = os.ReadFile(filepath.Join(folder, "started"))
		pid = strings.TrimSpace(string(data))
	}
	send(mark("cancel"))
	w.Close()
	if code := <-ended; code != exitcode.OK {
		t.Errorf("exit code %d", code)
	}
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("took %v", took)
	}
	if _, err := os.Stat("/proc/" + pid); err == nil {
		t.Error("the command still runs")
	}
	all, _ := os.ReadFile(filepath.Join(folder, "started"))
	if n := strings.Count(string(all), "\n"); n != 1 {
		t.Errorf("%d texts were delivered, want the first alone", n)
	}
	for _, name := range []string{"undelivered", "dictations"} {
		if files, err := filepath.Glob(filepath.Join(folder, "voiceflow", name, "*")); err != nil || len(files) > 0 {
			t.Errorf("kept: %v, %v", files, err)
		}
	}
}
