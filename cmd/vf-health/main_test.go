package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/test/home"
)

// started runs the program in a home of its own.
func started(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	home.Private(t)
	var out, err bytes.Buffer
	code = run(append([]string{"vf-health"}, args...), strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// logOf writes a log with utterances of a second each that took the given times to
// recognise, and returns its folder.
func logOf(t *testing.T, took ...time.Duration) string {
	t.Helper()
	folder, log := t.TempDir(), &strings.Builder{}
	for i, d := range took {
		at := time.Now().Add(time.Duration(i-len(took)) * time.Second).Format("2006-01-02T15:04:05.000Z07:00")
		fmt.Fprintf(log, `{"level":"info","tool":"vf-transcribe","pid":1,"event":"utterance","id":%d,"audio_seconds":1,"processing_seconds":%g,"speed_factor":%g,"time":%q}`+"\n",
			i, d.Seconds(), 1/d.Seconds(), at)
	}
	if err := os.WriteFile(filepath.Join(folder, "vf-transcribe.log"), []byte(log.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestAnalyze: the summary has the log's figures.
func TestAnalyze(t *testing.T) {
	folder := logOf(t, 100*time.Millisecond, 300*time.Millisecond, 200*time.Millisecond)
	code, out, log := started(t, "analyze", "--format", "json", folder)
	var report struct {
		Summary struct{ Utterances int }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code == exitcode.Unknown || report.Summary.Utterances != 3 {
		t.Errorf("code %d, %d utterances, %v\n%s\n%s", code, report.Summary.Utterances, err, out, log)
	}
}

// TestMonitorOnce: it prints the state once, with the alert that the logs call
// for.
func TestMonitorOnce(t *testing.T) {
	slow := logOf(t, 3*time.Second, 3*time.Second, 3*time.Second)
	code, out, log := started(t, "monitor", "--once", "--logs", slow)
	if code != exitcode.Critical || !strings.Contains(out, "slower than speech") {
		t.Errorf("code %d\n%s\n%s", code, out, log)
	}
}

// TestClean: old files are removed, and nothing else.
func TestClean(t *testing.T) {
	folder := logOf(t, time.Second)
	old, long := filepath.Join(folder, "vf-vad.log.1"), time.Now().Add(-1000*time.Hour)
	if err := os.WriteFile(old, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false} {
		args := []string{"clean", "--logs", folder, "--older-than", "720h"}
		if dry {
			args = append(args, "--dry-run")
		}
		code, out, log := started(t, args...)
		_, err := os.Stat(old)
		if code != exitcode.OK || !strings.Contains(out, "vf-vad.log.1") || os.IsNotExist(err) == dry {
			t.Errorf("dry %v: code %d, %v\n%s\n%s", dry, code, err, out, log)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "vf-transcribe.log")); err != nil {
		t.Error(err)
	}
}

// TestUnknown: a run that cannot reach a verdict reports UNKNOWN, for monitors.
func TestUnknown(t *testing.T) {
	for _, args := range [][]string{
		{}, {"chek"}, {"check", "--suite", "all of them"}, {"analyze", "/no/such/folder"}, {"monitor", "--alert-speed", "fast"},
	} {
		if code, _, log := started(t, args...); code != exitcode.Unknown || log == "" {
			t.Errorf("%q: code %d, %s", args, code, log)
		}
	}
}
