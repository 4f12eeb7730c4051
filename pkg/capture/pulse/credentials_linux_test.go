package pulse

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestCredentials: a server that asks the kernel for credentials only after the first
// bytes have arrived still gets them. PulseAudio does when it is busy.
func TestCredentials(t *testing.T) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "socket"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := l.AcceptUnix()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, part := range []string{"", "first", "second"} {
		if n, err := send(client, []byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_PASSCRED, 1) }); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	data, control := make([]byte, 100), make([]byte, 100)
	n, length, _, _, err := conn.ReadMsgUnix(data, control)
	if err != nil || string(data[:n]) != "firstsecond" {
		t.Fatalf("%q, %v", data[:n], err)
	}
	messages, err := unix.ParseSocketControlMessage(control[:length])
	if err != nil || len(messages) != 1 {
		t.Fatal(messages, err)
	}
	if who, err := unix.ParseUnixCredentials(&messages[0]); err != nil || int(who.Pid) != os.Getpid() || int(who.Uid) != os.Getuid() {
		t.Errorf("%+v, %v", who, err)
	}
}
