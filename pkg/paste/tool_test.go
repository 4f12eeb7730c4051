//go:build unix

package paste_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste"
)

// fakeXclip returns the method xclip with a shell script as the tool, and the
// folder that the script has as $DIR.
func fakeXclip(t *testing.T, script string) (*paste.Chain, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "xclip")
	script = "#!/bin/sh\nDIR='" + dir + "'\n" + script + "\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	env := func(string) string { return ":4711" }
	look := func(string) (string, error) { return path, nil }
	c, err := paste.Open(paste.Session{Getenv: env, LookPath: look}, "xclip")
	if err != nil {
		t.Fatal(err)
	}
	return c, dir
}

// pollPID waits until a script has written a process ID to a file.
func pollPID(t *testing.T, path string) int {
	t.Helper()
	pid := 0
	await.True(t, path, func() bool {
		data, _ := os.ReadFile(path)
		text, whole := strings.CutSuffix(string(data), "\n")
		pid, _ = strconv.Atoi(text)
		return whole
	})
	return pid
}

func TestDeliverStdin(t *testing.T) {
	m, dir := fakeXclip(t, `cat > "$DIR/in"; echo "$*" > "$DIR/args"; echo $DISPLAY > "$DIR/display"`)
	text := "Größe 'a' \"b\" $(touch pwned) `id` \\ -n %s 😀 "
	if err := deliver(t.Context(), m, text+"\x1b[31m\n"); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, dir, "in"); got != text+" " {
		t.Errorf("the tool read %q, want %q", got, text+" ")
	}
	if got := readFile(t, dir, "args"); got != "-selection clipboard\n" {
		t.Errorf("the tool's arguments are %q", got)
	}
	if got := readFile(t, dir, "display"); got != ":4711\n" {
		t.Errorf("the tool's display is %q, want that of the session", got)
	}
}

func TestDeliverNothing(t *testing.T) {
	m, dir := fakeXclip(t, `touch "$DIR/ran"`)
	if err := deliver(t.Context(), m, "\x1b[0m"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the tool ran for an empty text (%v)", err)
	}
}

func TestDeliverStdout(t *testing.T) {
	var out strings.Builder
	m, err := paste.Open(paste.Session{Stdout: &out}, "stdout")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one\ntwo", "", "three"} {
		if err := deliver(t.Context(), m, text); err != nil {
			t.Fatal(err)
		}
	}
	if out.String() != "one two\nthree\n" {
		t.Errorf("wrote %q", out.String())
	}
}

func TestDeliverFailure(t *testing.T) {
	const text = "my secret words"
	tests := []struct{ name, script, want string }{
		{"message", `cat > /dev/null; printf '\n\033[31mno\tdisplay\033[0m \r\nmore\n' >&2; exit 3`,
			"paste with xclip: exit status 3: no display"},
		{"silent", `cat > /dev/null; exit 4`, "paste with xclip: exit status 4"},
		{"long", `cat > /dev/null; printf %0500d 0 >&2; exit 5`,
			"paste with xclip: exit status 5: " + strings.Repeat("0", 200)},
		{"does not read", `echo no >&2; exit 6`, "paste with xclip: exit status 6: no"},
		{"repeats the text", `echo "cannot paste $(cat)" >&2; exit 7`,
			"paste with xclip: exit status 7: its message is withheld because it repeats the text"},
		{"repeats part of the text", `cut -c 4-9 >&2; exit 8`,
			"paste with xclip: exit status 8: its message is withheld because it repeats the text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, _ := fakeXclip(t, test.script)
			err := deliver(t.Context(), m, text)
			if err == nil || err.Error() != test.want {
				t.Errorf("error is %q, want %q", err, test.want)
			}
		})
	}
}

func TestDeliverNoTool(t *testing.T) {
	m, dir := fakeXclip(t, "")
	if err := os.Remove(filepath.Join(dir, "xclip")); err != nil {
		t.Fatal(err)
	}
	if err := deliver(t.Context(), m, "text"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error is %v, want os.ErrNotExist", err)
	}
}

// unread does not fit into a pipe, so that writing it blocks.
var unread = strings.Repeat("x", 200_000)

func TestDeliverTimeout(t *testing.T) {
	m, _ := fakeXclip(t, "exec sleep 300")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := deliver(ctx, m, unread); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
}

func TestDeliverCancelKillsChildren(t *testing.T) {
	m, dir := fakeXclip(t, `sleep 300 & echo $! > "$DIR/pid"; wait`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result := make(chan error, 1)
	go func() { result <- deliver(ctx, m, unread) }()
	pid := pollPID(t, filepath.Join(dir, "pid"))
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	await.True(t, "the tool's child to end", func() bool {
		if syscall.Kill(pid, 0) != nil {
			return true
		}
		// It may be a zombie that no parent has waited for yet.
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return err == nil && strings.Contains(string(stat), ") Z ")
	})
}

func TestDeliverLeavesServerBehind(t *testing.T) {
	m, dir := fakeXclip(t, `cat > "$DIR/in"; sleep 300 & echo $! > "$DIR/pid"`)
	start := time.Now()
	if err := deliver(t.Context(), m, "text"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 9*time.Second {
		t.Errorf("took %v: waited for the background process", took)
	}
	pid := pollPID(t, filepath.Join(dir, "pid"))
	defer syscall.Kill(pid, syscall.SIGKILL)
	group, err := syscall.Getpgid(pid)
	if err != nil {
		t.Fatalf("the background process is gone: %v", err)
	}
	if group == syscall.Getpgrp() {
		t.Error("the background process is in our process group, so Ctrl-C would end it")
	}
}

func TestDeliverTextLeftUnread(t *testing.T) {
	// The child has the text's pipe as its standard input and does not read it.
	// The redirection is needed: a shell gives background children another input.
	m, dir := fakeXclip(t, `exec 4<&0; sleep 300 <&4 & echo $! > "$DIR/pid"`)
	err := deliver(t.Context(), m, unread)
	pid := pollPID(t, filepath.Join(dir, "pid"))
	defer syscall.Kill(pid, syscall.SIGKILL)
	if err == nil || !strings.Contains(err.Error(), "without reading the text") {
		t.Errorf("error is %v, want one for unread text", err)
	}
}

// TestAdd: a method that fails stays in use, and no other gets the text.
func TestAdd(t *testing.T) {
	c, dir := fakeXclip(t, `if [ -e "$DIR/fail" ]; then exit 3; fi; cat >>"$DIR/got"`)
	if c.CanErase() {
		t.Error("xclip can erase")
	}
	if err := c.Add(t.Context(), "one\r\n"); err != nil {
		t.Fatal(err)
	}
	fail := filepath.Join(dir, "fail")
	if err := os.WriteFile(fail, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Add(t.Context(), "two"); err == nil || !strings.Contains(err.Error(), "xclip") {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(fail); err != nil {
		t.Fatal(err)
	}
	if err := c.Add(t.Context(), "three"); err != nil || c.Failed() {
		t.Error(err)
	}
	if got := readFile(t, dir, "got"); got != "one three" {
		t.Errorf("got %q", got)
	}
}

// TestReleasesKeys: keys that a program has left pressed when it was killed are released.
func TestReleasesKeys(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ydotool")
	script := "#!/bin/sh\nif [ $1 = type ]; then : >'" + dir + "/typing'; exec sleep 60; fi\necho \"$*\" >'" + dir + "/released'\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := paste.Session{Getenv: func(string) string { return "" }, LookPath: func(string) (string, error) { return path, nil }}
	c, err := paste.Open(s, "ydotool")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if err := await.Poll(ctx, await.Patience, func() error { _, err := os.Stat(dir + "/typing"); return err }); err != nil {
			t.Error(err)
		}
	}()
	if err := deliver(ctx, c, "text"); !errors.Is(err, context.Canceled) || c.Failed() {
		t.Errorf("error %v", err)
	}
	got := readFile(t, dir, "released")
	for _, key := range []string{"key ", " 30:0 ", " 42:0 ", " 54:0 ", " 57:0"} { // a, both Shift keys, space
		if !strings.Contains(got, key) {
			t.Errorf("released %q, want %q in it", got, key)
		}
	}
}
