package event_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/event"
)

// TestBrokenOff: a program that stops reading because of SIGTERM has missed something if an
// end was promised, unless the marks say that no dictation was going on.
func TestBrokenOff(t *testing.T) {
	const (
		begin = `{"type":"mark","mark":"begin","at":0,"ends":true}` + "\n"
		text  = `{"type":"transcript","text":"a"}` + "\n"
		first = `{"type":"transcript","text":"a","ends":true}` + "\n"
		done  = `{"type":"mark","mark":"end","at":9}` + "\n"
		off   = `{"type":"mark","mark":"cancel","at":9}` + "\n"
		next  = `{"type":"mark","mark":"begin","at":9}` + "\n"
		end   = `{"type":"end"}` + "\n"
		bad   = `{"type":"end","incomplete":true,"reason":"no disk"}` + "\n"
	)
	for _, test := range []struct {
		name, text string
		why        string // "" for none
		between    bool
	}{
		{"nothing", "", "", false},
		{"no promise", text, "", false},
		{"open", begin, "stopped", false},
		{"open, with text", begin + text, "stopped", false},
		{"no marks", first, "stopped", false},
		{"ended", begin + text + done, "", true},
		{"cancelled", begin + text + off, "", true},
		{"the next one", begin + text + done + next, "stopped", false},
		{"sound without a mark", begin + done + `{"type":"audio","at":9,"pcm":"AAA="}` + "\n", "stopped", false},
		{"a damaged line", begin + done + "{\n", "stopped", false},
		{"whole", begin + text + done + end, "", false},
		{"failed before", begin + bad + begin + done, "no disk", false},
		{"killed before", begin + begin + done, "without its end", false},
		{"paused", begin + `{"type":"mark","mark":"pause","at":5}` + "\n", "stopped", false},
	} {
		in, _ := drain(test.text)
		why, between := in.BrokenOff(true)
		if between != test.between || (why == nil) != (test.why == "") || why != nil && !strings.Contains(why.Error(), test.why) {
			t.Errorf("%s: %v, %v", test.name, why, between)
		}
		if stopped := test.why == "stopped"; errors.Is(why, event.ErrStopped) != stopped || in.Pending() != stopped {
			t.Errorf("%s: pending: %v", test.name, in.Pending())
		}
		if why, _ := in.BrokenOff(false); why != in.Broken() {
			t.Errorf("%s: not cut: %v", test.name, why)
		}
	}
}

// TestManyPromises: a line full of promises costs no more than another.
func TestManyPromises(t *testing.T) {
	const begin = `{"type":"mood"`
	for _, name := range []string{`"ends"`, `"\u0065nds"`, `"ENDS"`, `"x":{"ends":true},"ends"`} {
		field := "," + name + ":true"
		line := begin + strings.Repeat(field, (event.MaxLine-len(begin)-1)/len(field)) + "}"
		read := make(chan event.Record)
		go func() {
			in := event.NewReader(strings.NewReader(line))
			in.Scan()
			read <- in.Record()
		}()
		select {
		case got := <-read:
			u, is := got.(*event.Unknown)
			if !is || !strings.Contains(name, "{") && string(u.Raw) != begin+"}" {
				t.Errorf("%s: %.200v", name, got)
			}
			if is && strings.Contains(string(u.Raw), `"ends":true,"ends"`) {
				t.Errorf("%s: %.200s", name, u.Raw)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s: not read after a minute", name)
		}
	}
}

// TestPromiseOfLongLine: a first line that is too long to be read still promises an end.
func TestPromiseOfLongLine(t *testing.T) {
	for _, test := range []struct {
		end    string
		broken bool
	}{
		{`,"ends":true}`, true}, {`,"ends":true}` + " \r", true}, {`}`, false}, {`,"x":{"ends":true}}`, false}, {`,"ends":false}`, false},
	} {
		for _, more := range []int{1, 2, 3, 20, 64<<10 - 5, 64 << 10} { // wherever the line is cut into parts
			const begin = `{"type":"error","error":"`
			long := event.MaxLine + more - len(begin) - 1 - len(strings.TrimSuffix(test.end, "\r"))
			line := begin + strings.Repeat("x", long) + `"` + test.end
			in, n := drain(line + "\n" + `{"type":"transcript","text":"b"}` + "\n")
			if n != 2 || (in.Broken() != nil) != test.broken {
				t.Fatalf("%q after %d: %d lines, %v", test.end, more, n, in.Broken())
			}
		}
	}
}
