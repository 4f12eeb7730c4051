package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"voiceflow/internal/exitcode"
)

// pasted runs the program in the present home.
func pasted(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(append([]string{"vf-paste"}, args...), strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

// texts returns the texts in the history, the oldest first.
func texts(t *testing.T) string {
	t.Helper()
	code, out, log := pasted(t, "", "history", "--json")
	if code != exitcode.OK {
		t.Fatalf("code %d: %s", code, log)
	}
	var all []string
	for line := range strings.Lines(out) {
		var e struct {
			Type   string
			Number int
			Time   time.Time
			Text   string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Type != "history" || e.Number < 1 || time.Since(e.Time) > time.Minute {
			t.Errorf("%s: %v", line, err)
		}
		all = append(all, e.Text)
	}
	return strings.Join(all, "|")
}

func TestHistory(t *testing.T) {
	folder := bare(t)
	stdout := []string{"--method", "stdout"}
	must := func(want, stdin string, args ...string) {
		t.Helper()
		if code, out, log := pasted(t, stdin, args...); code != exitcode.OK || out != want {
			t.Errorf("%q: code %d, %q, want %q\n%s", args, code, out, want, log)
		}
	}
	must("hello there\n", hello, stdout...)
	if _, err := os.Stat(filepath.Join(folder, "state/voiceflow/dictations")); err == nil {
		t.Error("there is a history, although nobody wants one")
	}
	keep := append(stdout, "--history", "3")
	must("hello there\nagain\n", hello+again, keep...)
	must("one\ntwo\n", "one\ntwo\n", keep...)
	must("three\n", mark("begin")+said(1, "three")+mark("end")+mark("begin")+said(2, " ")+mark("end"), keep...)
	// The text of the last one may have been delivered before the cancel was read.
	if code, out, log := pasted(t, mark("begin")+said(1, "four")+mark("end")+mark("begin")+said(2, "five")+mark("cancel"),
		keep...); code != exitcode.OK || !strings.HasPrefix(out, "four\n") {
		t.Errorf("code %d, %q: %s", code, out, log)
	}
	if got := texts(t); got != "one two|three|four" {
		t.Errorf("the history has %q", got)
	}
	must("four\n", "", "last", "--method", "stdout")
	must("four\n", "", "--method", "stdout", "last")
	must("three\n", "", "last", "--method", "stdout", "2")
	must("one two\n", "", "last", "3", "--method", "stdout")
	if got := texts(t); got != "one two|three|four" {
		t.Errorf("the history has %q after last", got)
	}
	must("four\n", "", "--partial", "notify", "last", "--method", "stdout")
	must("four\n", "", "--method", "x11", "--method", "stdout", "last")
	for _, args := range [][]string{{"last", "--final-newline", "--method", "stdout"}, {"last", "4"}, {"last", "0"}, {"last", "x"}, {"last", "1", "2"}, {"history", "x"}} {
		if code, out, log := pasted(t, "", args...); code == exitcode.OK || out != "" || log == "" {
			t.Errorf("%q: code %d, %q", args, code, out)
		}
	}
	private(t, filepath.Join(folder, "state/voiceflow/dictations"))
	must("", "", "history", "clear")
	must("", "", "history")
	if code, _, log := pasted(t, "", "last", "--method", "stdout"); code != exitcode.SomeFailed || !strings.Contains(log, "--history") {
		t.Errorf("code %d: %s", code, log)
	}
}

// private tests that only the user can read a folder and its files.
func private(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestHistoryUndelivered: a text that was not delivered is kept elsewhere, and last
// keeps it if it cannot be delivered either.
func TestHistoryUndelivered(t *testing.T) {
	bare(t)
	if code, _, log := pasted(t, hello, "--history", "3"); code != exitcode.NoTarget {
		t.Errorf("code %d: %s", code, log)
	}
	if got := texts(t); got != "" {
		t.Errorf("the history has %q", got)
	}
	if code, _, log := pasted(t, hello, "--history", "3", "--method", "stdout"); code != exitcode.OK {
		t.Errorf("code %d: %s", code, log)
	}
	if code, text, log := kept(t, "", nil, "last"); code != exitcode.NoTarget || text != "hello there\n" {
		t.Errorf("code %d, kept %q: %s", code, text, log)
	}
}

// TestHistoryTogether: no text is lost when several processes add one.
func TestHistoryTogether(t *testing.T) {
	bare(t)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			err := change(func(all []entry) []entry {
				return append(all, entry{Time: time.Now(), Text: fmt.Sprintf("text %d", n)})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := strings.Count(texts(t), "text "); got != 20 {
		t.Errorf("%d texts, want 20: %s", got, texts(t))
	}
}
