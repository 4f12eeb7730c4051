package e2e

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// afterErasing returns what is left of typed text after its Backspaces.
func afterErasing(typed string) string {
	var left []rune
	for _, r := range typed {
		if r != '\x7f' {
			left = append(left, r)
		} else if len(left) > 0 {
			left = left[:len(left)-1]
		}
	}
	return string(left)
}

// TestPastePartial: the stable text is typed as it grows, and the transcript adds the rest
// without taking anything back.
func TestPastePartial(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	p := startPasting(t, d.command("vf-paste", "--partial", "type", "--append-space", "--commands", "en", "--report"))
	p.send(marked("begin"), recognised(1, "my brother", " wheel"))
	d.typed(t, "my brother")
	p.send(recognised(1, "my brother will call", " you to"))
	d.typed(t, "my brother will call")
	// Neither a word that may begin a command nor a control character is typed.
	p.send(recognised(1, "my brother will call you\x1b[31m\r\x07 full", ""))
	d.typed(t, "my brother will call you")
	p.send(transcribed(1, "my brother will call you full stop"))
	d.typed(t, "my brother will call you. ")
	p.send(recognised(2, "and", ""))
	d.typed(t, "my brother will call you. and")
	p.send(transcribed(2, "and so on"), marked("end"))
	d.typed(t, "my brother will call you. and so on ")
	p.send(marked("begin"), recognised(3, "an utterance without a transcript", ""))
	before := "my brother will call you. and so on "
	d.typed(t, before+"an utterance without a transcript")
	p.send(marked("end"))
	p.end()
	d.typed(t, before+"an utterance without a transcript"+strings.Repeat("\x7f", len("an utterance without a transcript")))
	if log := p.log.String(); !strings.Contains(log, `{"type":"delivery","id":1,"method":"x11","characters":26,`) ||
		strings.Count(log, `"delivery"`) != 2 {
		t.Errorf("report: %s", log)
	}
}

// TestPastePartialSame: whatever the rules make of the transcripts, the text is in the end
// the same as without partial text.
func TestPastePartialSame(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	words := strings.Fields("my brother will call you full stop new line comma scratch that car open bracket größe 中文 iphone and the")
	var with, without []string
	for id := range 80 {
		if id%7 == 0 {
			with, without = append(with, marked("begin")), append(without, marked("begin"))
		}
		var said []string
		for range 1 + r.IntN(9) {
			said = append(said, words[r.IntN(len(words))])
		}
		for n := range said {
			with = append(with, recognised(id, strings.Join(said[:n], " "), " "+said[n]))
		}
		switch r.IntN(8) {
		case 0: // the last pass heard something else
			said[len(said)-1] = "other"
		case 1:
			said[0] = "Other,"
		}
		final := transcribed(id, strings.Join(said, " "))
		if r.IntN(10) == 0 {
			final = `{"type":"error","id":0,"error":"lost"}` + "\n"
		}
		with, without = append(with, final), append(without, final)
		if id%7 == 6 {
			end := []string{"end", "cancel"}[r.IntN(2)]
			with, without = append(with, marked(end)), append(without, marked(end))
		}
	}
	results := [2]string{}
	t.Run("both", func(t *testing.T) {
		for i, lines := range [][]string{without, with} {
			t.Run([]string{"without", "with"}[i], func(t *testing.T) {
				t.Parallel()
				d := startDesktop(t, writesDown)
				p := startPasting(t, d.command("vf-paste", "--partial", []string{"off", "type"}[i],
					"--capitalise", "--commands", "en", "--only-new", "--erase-cancelled"))
				for _, line := range lines {
					p.send(line)
					if strings.Contains(line, `"cancel"`) || strings.Contains(line, "transcript") {
						time.Sleep(30 * time.Millisecond) // so that both have delivered it before a cancel
						continue
					}
					time.Sleep(3 * time.Millisecond) // partial text that is late is left out
				}
				p.in.Close()
				_ = p.cmd.Wait() // some utterances have failed
				end := transcribed(1000, "the end of it all")
				d.paste(t, end, "--join-within", "0")
				await.True(t, "the end", func() bool {
					data, _ := os.ReadFile(d.file)
					results[i] = string(data)
					return strings.HasSuffix(results[i], "the end of it all")
				})
			})
		}
	})
	if got, want := afterErasing(results[1]), afterErasing(results[0]); got != want || want == "" {
		t.Errorf("with partial text:\n%q\nwithout:\n%q", got, want)
	}
	if len(results[1]) < len(results[0])+100 {
		t.Error("hardly any partial text was typed")
	}
}

// TestPastePartialElsewhere: if another window gets the focus in mid-utterance, nothing is
// erased there, and it gets the whole text.
func TestPastePartialElsewhere(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	other := desktop{d.display, filepath.Join(t.TempDir(), "typed")}
	xterm := other.command("xterm", "-u8", "-T", "other", "-e", "sh", "-c", writesDown, other.file)
	if err := xterm.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = xterm.Process.Kill()
		_ = xterm.Wait()
	})
	p := startPasting(t, d.command("vf-paste", "--partial", "type", "--erase-cancelled"))
	p.send(marked("begin"), recognised(1, "my brother", ""))
	d.typed(t, "my brother")
	await.True(t, "the focus on the other window", func() bool {
		_, err := os.Stat(other.file)
		window, _ := d.command("xdotool", "search", "--onlyvisible", "--name", "^other$").Output()
		_ = d.command("xdotool", "windowfocus", strings.TrimSpace(string(window))).Run()
		focus, _ := d.command("xdotool", "getwindowfocus").Output()
		return err == nil && len(window) > 0 && string(focus) == string(window)
	})
	p.send(recognised(1, "my brother will", ""), transcribed(1, "My brother will call."))
	other.typed(t, "My brother will call.")
	p.send(marked("cancel"))
	p.end()
	other.typed(t, "My brother will call."+strings.Repeat("\x7f", len("My brother will call.")))
	d.typed(t, "my brother")
}

// TestPastePartialNotify: the notification shows the text so far.
func TestPastePartialNotify(t *testing.T) {
	t.Parallel()
	address, shown := notifications(t)
	cmd := exec.Command("vf-paste", "--method", "stdout", "--partial", "notify", "--notify")
	cmd.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS="+address, "XDG_STATE_HOME="+t.TempDir())
	p := startPasting(t, cmd)
	show := func(want string, lines ...string) {
		t.Helper()
		p.send(lines...)
		var got []string
		await.True(t, "the notification "+want, func() bool {
			got = append(got, shown()...)
			return slices.Contains(got, want)
		})
	}
	show("my brother will", marked("begin"), recognised(1, "my brother", " will"))
	show("my brother will call &lt;you&gt;", recognised(1, "my brother will", " call <you>"))
	show("My brother will call you.", transcribed(1, "My brother will call you."))
	show("done", marked("end"))
	show("cancelled", marked("begin"), recognised(2, "no", ""), marked("cancel"))
	p.end()
	if got := p.log.String(); got != "My brother will call you.\n" {
		t.Error(got)
	}
}
