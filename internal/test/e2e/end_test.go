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
	"sync"
	"syscall"
	"testing"
	"time"

	"voiceflow/pkg/event"
)

// pipe is a running pipeline of real programs. The test passes the lines on between them,
// so that it knows what has arrived.
type pipe struct {
	t      *testing.T
	stages []*exec.Cmd
	begun  []chan struct{} // closed when the stage has written something
	passed []*bytes.Buffer // what each has written; valid once all have ended
	copied sync.WaitGroup
	log    lockedBuffer
}

// lockedBuffer is a buffer that several programs may write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startPipe dictates a recording in real time, with lines from the beginning on.
func startPipe(t *testing.T, env []string) *pipe {
	t.Helper()
	recording := filepath.Join(root, "testdata/recordings/timing-rapid.wav")
	p := &pipe{t: t}
	for _, line := range [][]string{
		{"vf-record", "--input", recording, "--realtime", "--output-format", "jsonl"},
		{"vf-vad"}, {"vf-transcribe", "-t", "1", "-m", filepath.Join(root, "testdata/model/vf-demo.en.bin")},
		{"vf-paste", "--method", "stdout"},
	} {
		cmd := group(t, filepath.Join(plain(t), line[0]), line[1:]...)
		cmd.Env, cmd.Stderr = env, &p.log
		p.stages = append(p.stages, cmd)
		p.begun = append(p.begun, make(chan struct{}))
		p.passed = append(p.passed, &bytes.Buffer{})
	}
	for i, cmd := range p.stages {
		from, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var to io.WriteCloser
		if i+1 < len(p.stages) {
			if to, err = p.stages[i+1].StdinPipe(); err != nil {
				t.Fatal(err)
			}
		}
		p.copied.Go(func() { p.pass(i, from, to) })
	}
	for _, cmd := range p.stages {
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// pass copies what stage i writes.
func (p *pipe) pass(i int, from io.Reader, to io.WriteCloser) {
	buf, first := make([]byte, 64<<10), true
	for {
		n, err := from.Read(buf)
		if n > 0 {
			p.passed[i].Write(buf[:n])
			if to != nil {
				_, _ = to.Write(buf[:n]) // it may have been killed
			}
			if first {
				close(p.begun[i])
				first = false
			}
		}
		if err != nil {
			break
		}
	}
	if to != nil {
		to.Close()
	}
}

// end waits for the programs, and returns the exit code of the last.
func (p *pipe) end() int {
	p.t.Helper()
	p.copied.Wait()
	code := 0
	for _, cmd := range p.stages {
		code = wait(p.t, cmd, patience)
	}
	return code
}

// texts are the words that have reached vf-paste, and those that it has delivered.
func (p *pipe) texts() (arrived, delivered string) {
	var words []string
	for in := event.NewReader(bytes.NewReader(p.passed[2].Bytes())); in.Scan(); {
		if t, ok := in.Record().(*event.Transcript); ok {
			words = append(words, strings.Fields(t.Text)...)
		}
	}
	return strings.Join(words, " "), strings.Join(strings.Fields(p.passed[3].String()), " ")
}

// homeEnv is an environment with a home of its own.
func homeEnv(t *testing.T) []string {
	home := t.TempDir()
	return append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_STATE_HOME="+home, "XDG_RUNTIME_DIR="+home)
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
				p := startPipe(t, homeEnv(t))
				<-p.begun[stage]
				<-time.After(after) // the moment is the test
				if err := p.stages[stage].Process.Kill(); err != nil {
					t.Fatal(err)
				}
				code := p.end()
				arrived, delivered := p.texts()
				if code != 1 || arrived != delivered || !strings.Contains(p.log.String(), "without its end record") {
					t.Errorf("killed after %v: exit code %d, %q of %q delivered\n%s", after, code, delivered, arrived, p.log.String())
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
			p := startPipe(t, homeEnv(t))
			var err error
			switch i % 5 {
			case 1, 2: // to all
				<-p.begun[0]
				<-time.After(after)
				for _, cmd := range p.stages {
					err = errors.Join(err, cmd.Process.Signal([]os.Signal{1: os.Interrupt, 2: syscall.SIGTERM}[i%5]))
				}
			case 3: // to the recorder
				<-p.begun[0]
				<-time.After(after)
				err = p.stages[0].Process.Signal(os.Interrupt)
			case 4: // to one that stops before the others
				<-p.begun[0]
				err = p.stages[1].Process.Signal(syscall.SIGTERM)
			}
			if err != nil {
				t.Fatal(err)
			}
			code := p.end()
			arrived, delivered := p.texts()
			if i%5 == 2 && strings.HasPrefix(arrived, delivered) {
				arrived = delivered // a program waits only 5 s after SIGTERM
			}
			if code != 0 || arrived != delivered || strings.Contains(p.log.String(), `"error"`) {
				t.Errorf("run %d after %v: exit code %d, %q of %q delivered\n%s", i, after, code, delivered, arrived, p.log.String())
			}
		})
	}
}
