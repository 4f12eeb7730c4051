package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// prompt is what the shell shows when it waits for a command, "$ " in a quiet colour.
const prompt = "\x1b[90m$\x1b[0m "

// terminal is a shell in a tmux server of its own.
type terminal struct{ socket string }

// newTerminal starts a shell in a folder, with an environment, in a terminal of a size in
// characters. end it afterwards.
func newTerminal(folder string, env []string, columns, lines int) (*terminal, error) {
	socket, err := os.MkdirTemp("", "tmux-")
	if err != nil {
		return nil, err
	}
	t := &terminal{filepath.Join(socket, "s")}
	config := filepath.Join(socket, "config")
	settings := []byte("set -g status off\nset -g default-terminal tmux-256color\n")
	if err := os.WriteFile(config, settings, 0o600); err != nil {
		return nil, err
	}
	cmd := t.command("-f", config, "new-session", "-d", "-x", fmt.Sprint(columns), "-y", fmt.Sprint(lines),
		"env", "PS1="+prompt, "sh") // tmux's own shell would remove PS1 from the environment
	cmd.Dir, cmd.Env = folder, append(env, "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("tmux: %w\n%s", err, out)
	}
	return t, nil
}

func (t *terminal) end() {
	_ = t.command("kill-server").Run() // it may have ended
	_ = os.RemoveAll(filepath.Dir(t.socket))
}

func (t *terminal) command(args ...string) *exec.Cmd {
	return exec.Command("tmux", append([]string{"-u", "-S", t.socket}, args...)...)
}

// enter types a line, or presses a key that tmux knows by name, such as C-c.
func (t *terminal) enter(line string) error {
	args := []string{"send-keys", "-l", line + "\n"}
	if strings.HasPrefix(line, "C-") {
		args = []string{"send-keys", line}
	}
	return t.command(args...).Run()
}

// screen returns what the terminal shows, with colours or without.
func (t *terminal) screen(coloured bool) (string, error) {
	args := []string{"capture-pane", "-p"}
	if coloured {
		args = append(args, "-e")
	}
	out, err := t.command(args...).Output()
	return string(out), err
}

// wait waits until the screen's text is as wanted, and returns the screen with colours.
func (t *terminal) wait(isWanted func(text string) bool) (string, error) {
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		// The screen may change between the two captures, so the text is read from the coloured one.
		screen, err := t.screen(true)
		if err != nil {
			return "", err
		}
		if isWanted(plain(screen)) {
			return screen, nil
		}
		if time.Now().After(deadline) {
			return "", fmt.Errorf("the screen stays at\n%s", plain(screen))
		}
	}
}

// atPrompt reports whether the shell waits for another command.
func atPrompt(text string) bool {
	text = strings.TrimRight(text, "\n ")
	return text[strings.LastIndexByte(text, '\n')+1:] == "$"
}
