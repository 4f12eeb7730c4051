//go:build linux

package soak

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"voiceflow/internal/test/home"
	"voiceflow/internal/test/pipeline"
)

// dictation is a pipeline to which things happen.
type dictation struct {
	*pipeline.Pipeline
	trickle [stages]int // bytes to be passed on one by one
	plan    *plan
	said    string // file with the texts of --exec
}

// newDictation prepares a session in a folder of its own.
func newDictation(s *settings, folder string, p *plan, socket string) *dictation {
	d := &dictation{plan: p, said: filepath.Join(folder, "said.txt")}
	full := filepath.Join(folder, "full")
	env := slices.Concat(s.env, home.Environ(folder))
	env = append(env, "FULL="+full, "SAID="+d.said)
	args := [stages][]string{
		{"--input", filepath.Join(folder, "said.wav")}, nil, {"-t", "1", "-j", "1", "-m", s.Model()}, {"--method", "stdout"},
	}
	if !p.pcm {
		args[record] = append(args[record], "--output-format", "jsonl")
	}
	if p.exec {
		args[paste] = []string{"--exec", `cat >>"$SAID"; echo >>"$SAID"`}
	}
	switch p.connect {
	case "auto":
		env = append(env, "XDG_RUNTIME_DIR="+filepath.Dir(filepath.Dir(socket)))
		args[transcribe] = append(args[transcribe], "--connect")
	case "unix":
		args[transcribe] = append(args[transcribe], "--connect", "unix:"+socket)
	}
	var cmds []*exec.Cmd
	for i, name := range names {
		command := append([]string{s.program(name)}, args[i]...)
		stageEnv := env
		if i == p.fullDisk {
			command = append(command, "--log-file", full+"/")
			if i == paste {
				command = append(command, "--history", "20")
				stageEnv = append(slices.Clone(env), "XDG_STATE_HOME="+full)
			}
		}
		if prelude := p.prelude(s, i); prelude != "" {
			command = append([]string{"sh", "-c", prelude + `exec "$0" "$@"`}, command...)
		}
		if i == p.fullDisk && s.mounts {
			command = append([]string{"unshare", "-rm"}, command...)
		}
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Env = stageEnv
		cmds = append(cmds, cmd)
	}
	d.Pipeline = pipeline.New(cmds...)
	d.Pass = d.next
	return d
}

// start starts the programs. What vf-paste writes goes to last, too.
func (d *dictation) start(last io.Writer) error {
	if err := d.Start(last); err != nil {
		return err
	}
	for _, e := range d.plan.mishaps {
		if e.relay < 0 {
			d.happen(e)
		}
	}
	return nil
}

// next lets happen what is due, and returns how many of n bytes to pass on next. open is
// false if the pipe must be cut.
func (d *dictation) next(i, n int) (size int, open bool) {
	for _, e := range d.plan.mishaps {
		if e.relay != i || e.done {
			continue
		}
		left := e.after - d.Passed(i).Len()
		if left > 0 {
			n = min(n, left)
		} else if !d.happen(e) {
			return 0, false
		}
	}
	if d.trickle[i] > 0 {
		d.trickle[i]--
		n = 1
	}
	return n, true
}

// end waits for the programs, and returns their exit codes; -1 is a signal. It ends the
// programs when they take too long, and reports it.
func (d *dictation) end() (codes [stages]int, hung bool) {
	all, hung := d.End(patience)
	return [stages]int(all), hung
}

// delivered returns the texts that vf-paste has delivered.
func (d *dictation) delivered() ([]string, error) {
	data := d.Passed(paste).Bytes()
	if d.plan.exec {
		var err error
		if data, err = os.ReadFile(d.said); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
	}
	var all []string
	for line := range strings.Lines(string(data)) {
		if text := strings.Join(strings.Fields(line), " "); text != "" {
			all = append(all, text)
		}
	}
	return all, nil
}
