package notify_test

import (
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"voiceflow/internal/test/sessionbus"
	"voiceflow/pkg/paste/notify"
)

// service is a notification service that records its messages.
type service struct{ shown chan string }

func (s service) Notify(_ string, replaces uint32, _, title, body string, _ []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	urgency := hints["urgency"].Value().(byte)
	s.shown <- strings.Join([]string{string('0' + rune(replaces)), title, body, string('0' + rune(urgency))}, "|")
	return 7, nil
}

func TestShow(t *testing.T) {
	address := sessionbus.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := service{make(chan string, 1)}
	if err := conn.Export(s, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	b, err := notify.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Show(t.Context(), "early", "", false); err == nil {
		t.Error("Show succeeded without a service")
	}
	if _, err := conn.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"0|listening||0", "7|failed|no window|2"} {
		part := strings.Split(want, "|")
		if err := b.Show(t.Context(), part[1], part[2], part[3] == "2"); err != nil {
			t.Fatal(err)
		}
		if got := <-s.shown; got != want {
			t.Errorf("shown %q, want %q", got, want)
		}
	}
}

func TestNoBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
	if _, err := notify.Open(); err == nil || !strings.Contains(err.Error(), "session bus") {
		t.Error(err)
	}
}
