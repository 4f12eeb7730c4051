package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/home"
	"voiceflow/internal/test/pipeline"
	"voiceflow/pkg/event"
)

// pipe is a running pipeline of the real programs.
type pipe struct {
	*pipeline.Pipeline
	t *testing.T
}

// startPipe dictates a recording in real time, with lines from the beginning on.
func startPipe(t *testing.T) *pipe {
	t.Helper()
	env := homeEnv(t)
	var stages []*exec.Cmd
	for _, line := range [][]string{
		{"vf-record", "--input", recording("timing-rapid"), "--realtime", "--output-format", "jsonl"},
		{"vf-vad"}, {"vf-transcribe", "-t", "1", "-m", model()}, {"vf-paste", "--method", "stdout"},
	} {
		cmd := group(t, filepath.Join(plain(t), line[0]), line[1:]...)
		cmd.Env = env
		stages = append(stages, cmd)
	}
	p := &pipe{pipeline.New(stages...), t}
	if err := p.Start(io.Discard); err != nil {
		t.Fatal(err)
	}
	return p
}

// end waits for the programs, and returns the exit code of the last.
func (p *pipe) end() int {
	p.t.Helper()
	codes, hung := p.End(await.Patience)
	if hung {
		p.t.Fatalf("the programs did not end; exit codes by force: %v", codes)
	}
	return codes[len(codes)-1]
}

// texts are the words that have reached vf-paste, and those that it has delivered.
func (p *pipe) texts() (arrived, delivered string) {
	var words []string
	for in := event.NewReader(bytes.NewReader(p.Passed(2).Bytes())); in.Scan(); {
		if t, ok := in.Record().(*event.Transcript); ok {
			words = append(words, strings.Fields(t.Text)...)
		}
	}
	return strings.Join(words, " "), strings.Join(strings.Fields(p.Passed(3).String()), " ")
}

// homeEnv is an environment with a home of its own.
func homeEnv(t *testing.T) []string {
	return append(os.Environ(), home.Environ(t.TempDir())...)
}

// TestKilledStage: whichever program is killed, whenever, vf-paste delivers what has come,
// says that something is missing, and exits with 1.
func TestKilledStage(t *testing.T) {
	t.Parallel()
	const moments = 6 // more with -count
	slots := make(chan struct{}, 4)
	for stage, name := range []string{"vf-record", "vf-vad", "vf-transcribe"} {
		for i := range moments {
			t.Run(fmt.Sprintf("%s/%d", name, i), func(t *testing.T) {
				t.Parallel()
				slots <- struct{}{}
				defer func() { <-slots }()
				after := time.Duration(rand.Int64N(int64(9 * time.Second))) // of the 11 s of the recording
				p := startPipe(t)
				<-p.Begun(stage)
				<-time.After(after) // the moment is the test
				if err := p.Cmds[stage].Process.Kill(); err != nil {
					t.Fatal(err)
				}
				code := p.end()
				arrived, delivered := p.texts()
				if code != 1 || arrived != delivered || !strings.Contains(p.Log.String(), "without its end record") {
					t.Errorf("killed after %v: exit code %d, %q of %q delivered\n%s", after, code, delivered, arrived, p.Log.String())
				}
			})
		}
	}
}

// TestOrderlyEnds: the end of a recording, Ctrl-C and SIGTERM are no reason for an alarm,
// whenever they come.
func TestOrderlyEnds(t *testing.T) {
	t.Parallel()
	const runs = 12 // more with -count
	slots := make(chan struct{}, 4)
	for i := range runs {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			after := time.Duration(rand.Int64N(int64(5 * time.Second)))
			p := startPipe(t)
			var err error
			switch i % 5 {
			case 1, 2: // to all
				<-p.Begun(0)
				<-time.After(after)
				for _, cmd := range p.Cmds {
					err = errors.Join(err, cmd.Process.Signal([]os.Signal{1: os.Interrupt, 2: syscall.SIGTERM}[i%5]))
				}
			case 3: // to the recorder
				<-p.Begun(0)
				<-time.After(after)
				err = p.Cmds[0].Process.Signal(os.Interrupt)
			case 4: // to one that stops before the others
				<-p.Begun(0)
				err = p.Cmds[1].Process.Signal(syscall.SIGTERM)
			}
			if err != nil {
				t.Fatal(err)
			}
			code := p.end()
			arrived, delivered := p.texts()
			if i%5 == 2 && strings.HasPrefix(arrived, delivered) {
				arrived = delivered // a program waits only 5 s after SIGTERM
			}
			if code != 0 || arrived != delivered || strings.Contains(p.Log.String(), `"error"`) {
				t.Errorf("run %d after %v: exit code %d, %q of %q delivered\n%s", i, after, code, delivered, arrived, p.Log.String())
			}
		})
	}
}
