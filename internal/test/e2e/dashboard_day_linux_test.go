package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/proc"
)

// TestDashboardReadsADay: the dashboard reads a day of a hundred thousand utterances
// with less than 150 MB. It takes less than a second on a quiet machine; the limit of
// 10 s leaves room for a busy one.
func TestDashboardReadsADay(t *testing.T) {
	t.Parallel()
	program := filepath.Join(plain(t), "vf-health")
	folder := t.TempDir()
	logDay(t, folder, 100_000)

	begun := time.Now()
	cmd := exec.Command(program, "dashboard", "--listen", "127.0.0.1:0", "--logs", folder)
	cmd.Stderr = os.Stderr
	out := output(t, cmd)
	defer func() {
		cmd.Process.Signal(os.Interrupt)
		if code := await.Exit(t, cmd, await.Patience); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Done  bool
		Total struct{ Utterances int }
	}
	await.True(t, "all of the logs", func() bool {
		readData(t, strings.TrimSpace(address)+"data?range=7d", &data)
		return data.Done
	})
	took := time.Since(begun)
	kB, err := proc.Status(cmd.Process.Pid, "VmHWM")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("read in %v, peak memory %d MB", took, kB/1024)
	if took > 10*time.Second || kB > 150*1024 || data.Total.Utterances != 100_000 {
		t.Errorf("%d utterances read in %v, peak memory %d kB", data.Total.Utterances, took, kB)
	}
}

// logDay writes a day of logs with n utterances, rotated at 10 MB as the programs
// do.
func logDay(t *testing.T, folder string, n int) {
	t.Helper()
	var text strings.Builder
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		text.Reset()
	}
	begun := time.Now().Add(-24 * time.Hour)
	for i := range n {
		at := begun.Add(24 * time.Hour * time.Duration(i+1) / time.Duration(n)).UTC()
		processing := 0.3 + float64(i%997)/1234
		fmt.Fprintf(&text, `{"level":"info","tool":"vf-transcribe","pid":4711,"event":"utterance","id":%d,"file":"",`+
			`"audio_seconds":3.2,"processing_seconds":%g,"speed_factor":%g,"model":"base.en","device":"CPU","degraded":[],`+
			`"retries":0,"refreshes":%d,"queue":0,"memory_mb":%g,"growth_mb":2.5,"cpu_percent":%g,"latency_seconds":%g,`+
			`"time":%q,"message":"transcribed"}`+"\n", i, processing, 3.2/processing, i/10, 212+float64(i%100)/7, float64(i%300)/3.3,
			processing+0.3, at.Format("2006-01-02T15:04:05.000Z07:00"))
		if text.Len() > 10<<20 {
			write("vf-transcribe-" + at.Format("2006-01-02T15-04-05.000") + ".log")
		}
	}
	write("vf-transcribe.log")
}
