//go:build linux

package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/home"
	"voiceflow/internal/test/pipeline"
	"voiceflow/internal/test/pulse"
)

// sink is a loudspeaker that plays nothing; its monitor is the microphone.
const sink = "module-null-sink sink_name=vf norewinds=1 rate=16000 channels=1"

// startSound starts a sound server, and returns settings for programs that use it.
func (s *soak) startSound() (desk *settings, stop func()) {
	folder := s.t.TempDir()
	asound := "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
	if err := os.WriteFile(filepath.Join(folder, ".asoundrc"), []byte(asound), 0o600); err != nil {
		s.t.Fatal(err)
	}
	desk = &settings{Source: s.Source, bin: s.bin, env: slices.Concat(s.env, home.Environ(folder))}
	desk.env = append(desk.env, "PULSE_RUNTIME_PATH="+folder)
	daemon := pulse.Start(s.t, desk.env, sink)
	return desk, func() { pulse.Stop(daemon) }
}

// devices takes the microphone of a live pipeline away, again and again, until ctx ends.
func (s *soak) devices(ctx context.Context, desk *settings) {
	for n := 0; ctx.Err() == nil; n++ {
		if err := s.unplug(ctx, desk, filepath.Join(s.folder, fmt.Sprint("microphone", n)), n); err != nil {
			s.t.Errorf("microphone %d: %v", n, err)
			return
		}
	}
}

// unplug dictates a sentence, takes the microphone away and gives it back, and dictates
// another. Both arrive, and the log has the loss.
func (s *soak) unplug(ctx context.Context, desk *settings, folder string, n int) error {
	r := s.random(-100 - n)
	said := []sentence{s.sentences[r.IntN(len(s.sentences))], s.sentences[r.IntN(len(s.sentences))]}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	l := newDictation(desk, folder, &plan{fullDisk: -1, starved: -1}, "")
	for i, cmd := range l.Cmds {
		cmd.Env = desk.env
		if i == record {
			cmd.Args = []string{cmd.Args[0], "--output-format", "jsonl", "--log-level", "verbose"}
		}
	}
	var out pipeline.Buffer
	if err := l.start(&out); err != nil {
		return err
	}
	err := s.plugging(ctx, desk, l, &out, folder, said)
	if err != nil {
		l.Kill()
	}
	codes, hung := l.end()
	switch {
	case ctx.Err() != nil:
		return nil // stopped in the middle
	case err == nil && (codes != [stages]int{} || hung):
		err = fmt.Errorf("exit codes %v", codes)
	case err == nil && !alike(said, out.String()):
		err = errors.New("other words came")
	case err == nil:
		s.report.devices++
	}
	if err != nil {
		return fmt.Errorf("%w; said %q, heard %q\n%.4000s", err, texts(said), out.String(), l.Log.String())
	}
	return nil
}

func (s *soak) plugging(ctx context.Context, desk *settings, l *dictation, out *pipeline.Buffer, folder string, said []sentence) error {
	logged := func(event string) func() bool {
		return func() bool { return strings.Contains(l.Log.String(), `"event":"`+event+`"`) }
	}
	lines := func(n int) func() bool { return func() bool { return strings.Count(out.String(), "\n") >= n } }
	pactl := func(args ...string) error { return run(desk, "pactl", args...) }
	play := func(i int) error {
		path := filepath.Join(folder, fmt.Sprint(i, ".wav"))
		return errors.Join(writeWAV(path, said[i:i+1]), run(desk, "paplay", "-d", "vf", path))
	}
	for _, step := range []func() error{
		until(ctx, "device_started", logged("device_started")),
		func() error { return play(0) },
		until(ctx, "the first words", lines(1)),
		func() error { return pactl("unload-module", "module-null-sink") },
		until(ctx, "device_lost", logged("device_lost")),
		func() error { return pactl(append([]string{"load-module"}, strings.Fields(sink)...)...) },
		until(ctx, "device_returned", logged("device_returned")),
		func() error { return play(1) },
		until(ctx, "the second words", lines(2)),
		func() error { return l.Cmds[record].Process.Signal(syscall.SIGINT) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// alike reports whether there is a line for each sentence, with at least half of its words:
// what a sound server plays and records is not sample by sample the same.
func alike(said []sentence, heard string) bool {
	lines := strings.Split(strings.TrimSpace(heard), "\n")
	for i, s := range said {
		if i >= len(lines) {
			return false
		}
		found := 0
		words := strings.Fields(s.text)
		for _, word := range words {
			if strings.Contains(lines[i], word) {
				found++
			}
		}
		if 2*found < len(words) {
			return false
		}
	}
	return len(lines) == len(said)
}

// run runs a command of the sound server.
func run(desk *settings, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	var log strings.Builder
	cmd.Env, cmd.Stderr = desk.env, &log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", name, args, err, log.String())
	}
	return nil
}

// until waits for a condition as a step.
func until(ctx context.Context, what string, done func() bool) func() error {
	return func() error {
		return await.Poll(ctx, patience, func() error {
			if !done() {
				return fmt.Errorf("timed out waiting for %s", what)
			}
			return nil
		})
	}
}
