package e2e

import (
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/pipeline"
	"voiceflow/pkg/event"
)

// filters are the programs behind vf-record, with a part of what each of them reads: a
// dictation that is going on, and its text.
func filters(t *testing.T) []*filter {
	var all []*filter
	for _, f := range []*filter{
		{args: []string{"vf-vad"}, rest: `{"type":"mood","x":"text"}`},
		{args: []string{"vf-transcribe", "-t", "1", "-m", model()}, rest: `{"type":"mood","x":"text"}`},
		{args: []string{"vf-paste", "--method", "stdout"}, rest: `{"type":"transcript","id":1,"text":"text","segments":[]}`},
	} {
		f.t, f.cmd = t, group(t, filepath.Join(plain(t), f.args[0]), f.args[1:]...)
		f.cmd.Env, f.cmd.Stdout, f.cmd.Stderr = homeEnv(t), &f.out, &f.log
		var err error
		if f.in, err = f.cmd.StdinPipe(); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// filter is a program that gets SIGTERM alone.
type filter struct {
	t        *testing.T
	args     []string
	rest     string // what it reads and passes on
	cmd      *exec.Cmd
	in       io.WriteCloser
	out, log pipeline.Buffer
}

// terminate starts the filter with these lines, and sends SIGTERM when they have come out.
func (f *filter) terminate(more string) {
	f.t.Helper()
	if err := f.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.write(`{"type":"mark","mark":"begin","at":0,"ends":true}`+"\n", f.rest+"\n", more)
	await.True(f.t, "the text", func() bool { return strings.Contains(f.out.String(), "text") })
	if err := f.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		f.t.Fatal(err)
	}
}

func (f *filter) write(lines ...string) {
	f.t.Helper()
	if _, err := io.WriteString(f.in, strings.Join(lines, "")); err != nil {
		f.t.Error(err)
	}
}

// TestTerminatedStage: a program that gets SIGTERM during a dictation waits for the rest of
// it, longer than it would without a promise, and reports it if it does not come.
func TestTerminatedStage(t *testing.T) {
	t.Parallel()
	for _, comes := range []bool{true, false} {
		for _, f := range filters(t) {
			t.Run(fmt.Sprintf("%s/%v", f.args[0], comes), func(t *testing.T) {
				if !comes && testing.Short() {
					t.Skip("waits for a minute")
				}
				t.Parallel()
				f.t = t
				started := time.Now()
				f.terminate("")
				if comes {
					<-time.After(7 * time.Second) // the time is the test
					f.write(strings.ReplaceAll(f.rest, `:"text"`, `:"late"`)+"\n", `{"type":"end"}`+"\n")
				}
				code := await.Exit(t, f.cmd, 2*await.Patience)
				out, took := f.out.String(), time.Since(started)
				switch {
				case comes && (code != 0 || !strings.Contains(out, "late") || strings.Contains(out, "incomplete") || took > await.Patience/2):
					t.Errorf("it came: exit code %d after %v\n%s%s", code, took, out, f.log.String())
				case !comes && (code != 1 || !strings.Contains(f.log.String(), event.ErrStopped.Error())):
					t.Errorf("it did not come: exit code %d after %v\n%s%s", code, took, out, f.log.String())
				case !comes && f.args[0] != "vf-paste" && !strings.Contains(out, `"incomplete":true,"reason":"`+event.ErrStopped.Error()+`"`):
					t.Errorf("the end is\n%s", out)
				}
			})
		}
	}
}

// TestTerminatedBetween: between two dictations, SIGTERM to one program is no reason for an
// alarm, nor for a long wait.
func TestTerminatedBetween(t *testing.T) {
	t.Parallel()
	for _, f := range filters(t) {
		t.Run(f.args[0], func(t *testing.T) {
			t.Parallel()
			f.t = t
			f.terminate(`{"type":"mark","mark":"end","at":9}` + "\n")
			code := await.Exit(t, f.cmd, await.Patience/2)
			if log := f.log.String(); code != 0 || strings.Contains(f.out.String(), "incomplete") ||
				!strings.Contains(log, "between two dictations") || strings.Contains(log, `"error"`) {
				t.Errorf("exit code %d\n%s%s", code, f.out.String(), log)
			}
		})
	}
}
