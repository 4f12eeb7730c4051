package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPushToTalk: contrib/voiceflow-talk signals its own recorder, and no other of
// that name.
func TestPushToTalk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script := filepath.Join(root, "contrib/voiceflow-talk")
	env := append(os.Environ(), "XDG_RUNTIME_DIR="+folder,
		"VOICEFLOW_RECORD=vf-record --armed --realtime --input "+recording("timing-rapid"),
		"VOICEFLOW_LISTEN=vf-vad | vf-transcribe -m "+filepath.Join(root, "testdata/model/vf-demo.en.bin"))
	key := func(name string) (string, error) {
		cmd := exec.Command("sh", script, name)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := key("press"); err == nil || !strings.Contains(out, "start voiceflow-talk first") {
		t.Errorf("press before voiceflow-talk runs: %v: %s", err, out)
	}
	other := group(t, "vf-record", "--realtime", "--input", recording("timing-rapid"), "-o", filepath.Join(folder, "other.wav"))
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	talk := group(t, "sh", script, "--method", "stdout")
	talk.Env = env
	said, err := talk.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := talk.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() error { return listens(filepath.Join(folder, "voiceflow/talk.pid")) })
	if out, err := key("press"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if code := wait(t, other, patience); code != 0 { // it plays on for as long as the other does
		t.Errorf("the other recorder: exit code %d", code)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil || len(strings.Fields(line)) < 2 {
		t.Errorf("%q, %v", line, err)
	}
	if info, err := os.Stat(filepath.Join(folder, "other.wav")); err != nil || info.Size() < 300_000 {
		t.Errorf("the other recording was stopped: %v, %v", info, err)
	}
}

// listens reports whether a recorder, whose number is in a file, has opened its
// input.
func listens(file string) error {
	number, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	open, _ := filepath.Glob(fmt.Sprintf("/proc/%s/fd/*", strings.TrimSpace(string(number))))
	for _, fd := range open {
		if to, err := os.Readlink(fd); err == nil && strings.HasSuffix(to, ".wav") {
			return nil
		}
	}
	return errors.New("the recorder has not begun")
}
