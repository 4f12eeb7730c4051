package e2e

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/sessionbus"
)

// bubbles is a notification service that records its messages.
type bubbles struct{ shown chan string }

func (b bubbles) Notify(_ string, _ uint32, _, _, body string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	b.shown <- body
	return 1, nil
}

// notifications starts a session bus with a notification service and returns its
// address and a function that returns the messages shown since the last call.
func notifications(t *testing.T) (address string, shown func() []string) {
	t.Helper()
	address = sessionbus.Start(t)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	b := bubbles{make(chan string, 100)}
	if err := conn.Export(b, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return address, func() (all []string) {
		for {
			select {
			case body := <-b.shown:
				all = append(all, body)
			default:
				return all
			}
		}
	}
}

// TestListening: the desktop shows "listening" when sound arrives, but not on the press
// that stops the recording or without a microphone.
func TestListening(t *testing.T) {
	t.Parallel()
	address, shown := notifications(t)
	folder := t.TempDir()
	// dictate is a press of the key, with source instead of the microphone.
	dictate := func(source string) *exec.Cmd {
		cmd := exec.Command("sh", filepath.Join(root, "contrib/voiceflow-dictate"), "--method", "stdout")
		cmd.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS="+address, "XDG_RUNTIME_DIR="+folder,
			"VOICEFLOW_RECORD=vf-record --toggle --cue notify "+source,
			"VOICEFLOW_LISTEN=vf-vad | vf-transcribe -m "+model())
		return cmd
	}
	if out, err := dictate("--input " + recording("sentence-01")).Output(); err != nil || !strings.HasPrefix(string(out), "my brother") {
		t.Fatalf("%v: %s", err, out)
	}
	if got := shown(); !slices.Equal(got, []string{"listening", "done"}) {
		t.Errorf("a dictation: %q", got)
	}
	if out, err := dictate("--device 'no such microphone'").Output(); len(out) > 0 {
		t.Errorf("without a microphone: %v: %s", err, out)
	}
	if got := shown(); slices.Contains(got, "listening") {
		t.Errorf("without a microphone: %q", got)
	}
	first := dictate("--realtime --input " + recording("timing-rapid"))
	typed := output(t, first)
	if got := waitForBubble(t, shown); got != "listening" {
		t.Errorf("the first press: %q", got)
	}
	if out, err := dictate("--input " + recording("sentence-01")).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("the press that stops: %v: %s", err, out)
	}
	lines, _ := bufio.NewReader(typed).ReadString(0)
	if err := first.Wait(); err != nil {
		t.Errorf("%v: %s", err, lines)
	}
	if got := shown(); slices.Contains(got, "listening") {
		t.Errorf("the press that stops: %q", got)
	}
}

func waitForBubble(t *testing.T, shown func() []string) string {
	t.Helper()
	var got []string
	await.Nil(t, func() error {
		if got = shown(); len(got) == 0 {
			return errors.New("no notification")
		}
		return nil
	})
	return got[0]
}
