package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
)

// dashboardData is the part of /data that this test reads.
type dashboardData struct {
	Done      bool
	Processes []struct {
		Program string
		Gone    bool
	}
	Recent []struct{ Name string }
	Checks []struct{ Status string }
}

// TestDashboard runs the dashboard: its address, its data, a second one on the same
// port, and its end.
func TestDashboard(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	logs := filepath.Join(state, "voiceflow", "log")
	history := filepath.Join(state, "voiceflow", "history")
	if err := os.MkdirAll(history, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(history, "checks.jsonl"), []byte(`{"time":"2026-11-24T03:00:00Z","status":"WARNING","summary":"slow"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	logUtterance(t, logs, 4_000_001, 1, 0.5)

	// Run a program for the dashboard to find, by its process ID and name.
	vad := exec.Command("vf-vad", "--log-file", logs)
	input, err := vad.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := vad.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		input.Close()
		vad.Wait()
	}()

	browser := filepath.Join(state, "browser")
	if err := os.MkdirAll(browser, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(browser, name), []byte("#!/bin/sh\necho \"$1\" >"+state+"/half && mv "+state+"/half "+state+"/opened\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-c", `PATH="$1:$PATH"; exec vf-health dashboard --listen 127.0.0.1:0 --open`, "sh", browser)
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+state)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out := output(t, cmd)
	defer cmd.Process.Kill()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v\n%s", err, &stderr)
	}
	var opened []byte
	await.Nil(t, func() (err error) {
		opened, err = os.ReadFile(filepath.Join(state, "opened"))
		return err
	})
	if string(opened) != address {
		t.Errorf("the browser opened %q, want %q", opened, address)
	}
	address = strings.TrimSpace(address)
	shows := func(what string, ok func(dashboardData) bool) {
		t.Helper()
		await.Nil(t, func() error {
			var data dashboardData
			readData(t, address+"data", &data)
			if !ok(data) {
				return fmt.Errorf("timed out waiting for %s: %+v", what, data)
			}
			return nil
		})
	}
	shows("all processes and checks", func(d dashboardData) bool {
		return d.Done && len(d.Processes) == 2 && len(d.Checks) == 1 && d.Checks[0].Status == "WARNING"
	})
	shows("which programs run", func(d dashboardData) bool {
		gone := map[string]bool{}
		for _, p := range d.Processes {
			gone[p.Program] = p.Gone
		}
		return len(gone) == 2 && gone["vf-transcribe"] && !gone["vf-vad"]
	})
	logUtterance(t, logs, 4_000_001, 2, 0.5)
	shows("the new utterance", func(d dashboardData) bool { return len(d.Recent) == 2 && d.Recent[0].Name == "utterance 2" })
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !bytes.Contains(page, []byte("<h1>VoiceFlow</h1>")) {
		t.Errorf("page: %v\n%s", err, page)
	}

	second := exec.Command("vf-health", "dashboard", "--listen", strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/"))
	refusal, _ := second.CombinedOutput()
	if second.ProcessState.ExitCode() != 3 || !bytes.Contains(refusal, []byte("the port is in use")) || !bytes.Contains(refusal, []byte("--listen 127.0.0.1:0")) {
		t.Errorf("a second one: %d: %s", second.ProcessState.ExitCode(), refusal)
	}

	stream, err := http.Get(address + "events") // does not delay the end
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := await.Exit(t, cmd, await.Patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if stderr.Len() > 0 {
		t.Errorf("on standard error: %s", &stderr)
	}
}

// readData reads the data that the dashboard serves to its page.
func readData(t testing.TB, address string, data any) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(data); err != nil {
		t.Fatal(err)
	}
}
