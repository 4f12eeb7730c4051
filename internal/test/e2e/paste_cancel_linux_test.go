package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// marked and transcribed are lines of the stream of a dictation.
func marked(kind string) string { return fmt.Sprintf(`{"type":"mark","mark":%q,"at":0}`+"\n", kind) }

func transcribed(id int, text string) string {
	return fmt.Sprintf(`{"type":"transcript","id":%d,"start":%d,"end":%d,"text":%s,"segments":[]}`+"\n", id, id, id+1, quoted(text))
}

func recognised(id int, stable, unstable string) string {
	return fmt.Sprintf(`{"type":"partial","id":%d,"start":%d,"end":%d,"stable":%s,"unstable":%s}`+"\n",
		id, id, id+1, quoted(stable), quoted(unstable))
}

func quoted(text string) string {
	data, _ := json.Marshal(text) // a string is never wrong
	return string(data)
}

// pasting is a vf-paste that reads a stream.
type pasting struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	log bytes.Buffer
}

func startPasting(t *testing.T, cmd *exec.Cmd) *pasting {
	t.Helper()
	p := &pasting{t: t, cmd: cmd}
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	return p
}

func (p *pasting) send(lines ...string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, strings.Join(lines, "")); err != nil {
		p.t.Fatalf("%v: %s", err, p.log.String())
	}
}

// end ends the stream, and expects success.
func (p *pasting) end() {
	p.t.Helper()
	p.in.Close()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%v: %v: %s", p.cmd.Args, err, p.log.String())
	}
}

// text is a long text in which no two characters that follow each other are the same.
func text(words int) string {
	var b strings.Builder
	for i := range words {
		fmt.Fprintf(&b, "%c%c%c ", 'a'+i%26, 'A'+i*7%26, '0'+i%10)
	}
	return strings.TrimSpace(b.String())
}

// cancels cancels n dictations of a long text at random moments within most. After each, a
// short one says where the text before it must have ended. file is what was typed.
func cancels(t *testing.T, p *pasting, file, said string, n int, most time.Duration, erased bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(n)))
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inPart, late, seen := 0, 0, len(before)
	for i := range n {
		p.send(marked("begin"), transcribed(2*i, said))
		time.Sleep(time.Duration(r.Int64N(int64(most))))
		end := fmt.Sprintf("|%d|", i)
		p.send(marked("cancel"), marked("begin"), transcribed(2*i+1, end), marked("end"))
		there, _ := os.ReadFile(file)
		typed := ""
		await.True(t, "the text after the cancel", func() bool {
			data, _ := os.ReadFile(file)
			typed = string(data[min(seen, len(data)):])
			return strings.Contains(typed, end)
		})
		part, _, _ := strings.Cut(typed, "\x7f")
		part = strings.TrimSuffix(part, end)
		late = max(late, seen+len(part)-len(there))
		seen += len(typed)
		want := part + end
		if erased {
			want = part + strings.Repeat("\x7f", len(part)) + end
		}
		if typed != want || !strings.HasPrefix(said, part) {
			t.Fatalf("cancel %d: typed %q", i, typed)
		}
		if part != "" && part != said {
			inPart++
		}
	}
	p.end()
	time.Sleep(time.Second) // a key that is still pressed repeats by then
	if data, _ := os.ReadFile(file); len(data) != seen {
		t.Errorf("typed after the end: %q", data[seen:])
	}
	if inPart < n/3 {
		t.Errorf("only %d of %d cancels came in mid-text", inPart, n)
	}
	t.Logf("%d of %d cancels came in mid-text; at most %d characters were still on their way", inPart, n, late)
}

// TestPasteCancel: after a cancel at any moment nothing more is typed, and with
// --erase-cancelled exactly what was typed is taken back.
func TestPasteCancel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method string
		n      int
		words  int
		most   time.Duration
		args   []string
	}{
		{"x11", 50, 1500, 120 * time.Millisecond, []string{"--erase-cancelled"}},
		{"x11", 50, 1500, 120 * time.Millisecond, nil},
		{"xdotool", 15, 60, 300 * time.Millisecond, nil},
	} {
		t.Run(strings.Join(append(tt.args, tt.method), " "), func(t *testing.T) {
			t.Parallel()
			d := startDesktop(t, writesDown)
			p := startPasting(t, d.command("vf-paste", append(tt.args, "--method", tt.method, "--join-within", "0")...))
			cancels(t, p, d.file, text(tt.words), tt.n, tt.most, tt.args != nil)
			if left := processes(t, "\x00DISPLAY="+d.display+"\x00", "xdotool\x00type"); len(left) > 0 {
				t.Errorf("still running: %q", left)
			}
		})
	}
}

// processes returns the command lines, with a part, of processes whose environment has
// another part.
func processes(t *testing.T, environ, command string) (all []string) {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		line, _ := os.ReadFile(p) // the process may have ended
		env, _ := os.ReadFile(filepath.Join(filepath.Dir(p), "environ"))
		if bytes.Contains(line, []byte(command)) && bytes.Contains(env, []byte(environ)) {
			all = append(all, string(line))
		}
	}
	return all
}

// TestPasteCancelCommand: a command that takes the text slowly ends with a cancel, with its
// children.
func TestPasteCancelCommand(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "typed")
	script := `said=$(cat); case "$said" in '|'*) printf %s "$said" >>'` + file + `'; exit;; esac
while :; do printf '%s,' "$said"; sleep 0.004; done >>'` + file + `'`
	cmd := exec.Command("vf-paste", "--exec", script)
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+folder)
	p := startPasting(t, cmd)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range 50 {
		p.send(marked("begin"), transcribed(2*i, fmt.Sprintf("text%d", i)))
		time.Sleep(time.Duration(r.Int64N(int64(60 * time.Millisecond))))
		p.send(marked("cancel"), marked("begin"), transcribed(2*i+1, fmt.Sprintf("|%d|", i)), marked("end"))
	}
	p.end()
	// A process that was killed may need a moment to end.
	await.True(t, "the end of the commands", func() bool { return len(processes(t, "", file)) == 0 })
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rest := string(data)
	for i := range 50 {
		part := regexp.MustCompile(fmt.Sprintf(`^(text%d,)*(t?e?x?t?\d*)\|%d\|`, i, i)).FindString(rest)
		if part == "" {
			t.Fatalf("after cancel %d: %.100q", i, rest)
		}
		rest = rest[len(part):]
	}
	if rest != "" {
		t.Errorf("at the end: %q", rest)
	}
	if kept, _ := filepath.Glob(filepath.Join(folder, "voiceflow/undelivered/*")); len(kept) > 0 {
		t.Errorf("a cancelled text was kept: %v", kept)
	}
}
