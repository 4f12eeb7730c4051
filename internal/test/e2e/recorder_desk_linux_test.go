package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/event"
)

// desk is a desktop session with a microphone and an armed recorder.
type desk struct {
	*server
	cmd *exec.Cmd
	log bytes.Buffer // of the recorder, valid after its end

	mu   sync.Mutex
	all  []dictated // valid once read
	seen []string   // marks
	at   int64      // samples
	bad  []string   // mistakes in the stream
	read chan struct{}
}

// dictated is one dictation.
type dictated struct{ samples []int16 }

// startDesk starts a recorder that writes JSON lines, and returns when it is armed.
func startDesk(t *testing.T, args ...string) *desk {
	t.Helper()
	d := &desk{server: startServer(t, exact)}
	d.arm(args...)
	return d
}

func (d *desk) arm(args ...string) {
	d.t.Helper()
	d.cmd = group(d.t, "vf-record", append([]string{"--armed", "--output-format", "jsonl"}, args...)...)
	d.cmd.Env, d.cmd.Stderr, d.read = d.env, &d.log, make(chan struct{})
	d.all, d.seen, d.at = nil, nil, 0
	out, in, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	d.cmd.Stdout = in
	start(d.t, d.cmd)
	in.Close()
	go d.take(out, d.read)
	await.Nil(d.t, func() error { return d.is("armed") })
}

// take reads the recorder's stream and notes its mistakes.
func (d *desk) take(out *os.File, read chan struct{}) {
	defer close(read)
	defer out.Close()
	lines := event.NewReader(out)
	for lines.Scan() {
		d.mu.Lock()
		switch rec := lines.Record().(type) {
		case *event.Audio:
			if rec.At != d.at || len(rec.PCM) > 2*second/10 || len(d.all) == 0 {
				d.bad = append(d.bad, fmt.Sprintf("%d bytes at %d, want %d", len(rec.PCM), rec.At, d.at))
			} else {
				last := &d.all[len(d.all)-1]
				last.samples = append(last.samples, samplesOf(rec.PCM)...)
			}
			d.at += int64(len(rec.PCM) / 2)
		case *event.Mark:
			if rec.At != d.at {
				d.bad = append(d.bad, fmt.Sprintf("%s at %d, want %d", rec.Mark, rec.At, d.at))
			}
			if rec.Mark == event.MarkBegin {
				d.all = append(d.all, dictated{})
			}
			d.seen = append(d.seen, string(rec.Mark))
		case *event.End:
			if rec.Samples != d.at || rec.Incomplete {
				d.bad = append(d.bad, fmt.Sprintf("%+v, want %d samples", rec, d.at))
			}
		default:
			d.bad = append(d.bad, fmt.Sprintf("%+v", rec))
		}
		d.mu.Unlock()
	}
}

// marks returns the marks so far.
func (d *desk) marks() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.seen, " ")
}

// last returns the samples so far of the last dictation.
func (d *desk) last() []int16 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) == 0 {
		return nil
	}
	return slices.Clone(d.all[len(d.all)-1].samples)
}

// press returns the command of a key.
func (d *desk) press(flag string) *exec.Cmd {
	cmd := group(d.t, "vf-record", flag)
	cmd.Env = d.env
	return cmd
}

// now presses a key and waits until that has had its effect.
func (d *desk) now(flag string) {
	d.t.Helper()
	out, err := d.press(flag).Output()
	if err != nil || !strings.HasPrefix(string(out), "RIFF") || len(out) != 44 {
		d.t.Errorf("%s: %v, %q", flag, err, out)
	}
}

// is returns an error unless --status prints a word.
func (d *desk) is(want string) error {
	out, err := d.press("--status").Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != want {
		return fmt.Errorf("status %q, %v, want %q", got, err, want)
	}
	return nil
}

// dictate starts a dictation and returns when sound arrives.
func (d *desk) dictate(flag string) {
	d.t.Helper()
	d.now(flag)
	await.Nil(d.t, func() error { return d.is("recording") })
}

// end stops the recorder's process and checks its stream.
func (d *desk) end() {
	d.t.Helper()
	interrupt(d.t, d.cmd, syscall.SIGINT)
	<-d.read
	if code := await.Exit(d.t, d.cmd, await.Patience); code != 0 {
		d.t.Errorf("exit code %d", code)
	}
	if len(d.bad) > 0 {
		d.t.Errorf("mistakes in the stream: %q", d.bad[:min(len(d.bad), 5)])
	}
	if strings.Contains(d.log.String(), `"level":"error"`) {
		d.t.Errorf("log: %s", d.log.String())
	}
	if err := d.is("off"); err != nil {
		d.t.Error(err)
	}
}
