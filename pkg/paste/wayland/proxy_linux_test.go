package wayland

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// registryOfTest is the ID of our registry, the first object that we create.
const registryOfTest = 2

// Proxy sits between a Display and a compositor and renames the compositor's
// globals; one that is renamed to "" is hidden. Proxy returns the path of its
// socket, which takes one connection.
func Proxy(t *testing.T, compositor string, rename map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "proxy")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	server, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: compositor, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	back := map[string]string{}
	for from, to := range rename {
		back[to] = from
	}
	go func() {
		client, err := listener.AcceptUnix()
		if err != nil {
			return
		}
		t.Cleanup(func() { server.Close(); client.Close() })
		go forward(&conn{sock: server}, &conn{sock: client}, registryGlobal, rename)
		go forward(&conn{sock: client}, &conn{sock: server}, registryBind, back)
	}()
	t.Cleanup(func() { listener.Close() })
	return path
}

// forward passes on messages until one side ends the connection. In messages to or
// from the registry with the given opcode, it renames the interface, which is the
// second argument in both directions.
func forward(from, to *conn, opcode uint16, rename map[string]string) {
	defer func() { from.closeFDs(); from.sock.Close(); to.sock.Close() }()
	for {
		object, op, a, err := from.read()
		if err != nil {
			return
		}
		m := newRequest(object, op)
		if object == registryOfTest && op == opcode {
			name, iface := a.uint(), a.string()
			if other, ok := rename[iface]; ok {
				iface = other
			}
			if iface == "" {
				continue
			}
			m.uint(name).string(iface)
		}
		m.data = append(m.data, a.data...)
		m.fds = from.fds
		if err := to.write(writeTime, m); err != nil {
			return
		}
		from.closeFDs()
	}
}

// fakeCompositor answers the first request with the given bytes and hangs up.
func fakeCompositor(t *testing.T, answer []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fake")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		client, err := listener.AcceptUnix()
		if err != nil {
			return
		}
		defer client.Close()
		_, _ = client.Read(make([]byte, 4096))
		_, _ = client.Write(answer)
	}()
	return path
}

func TestOpenMalformed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer []byte
		want   string
	}{
		{"too small", newRequest(0, 0).data, "malformed message: 0 bytes long"},
		{"odd size", (&request{}).uint(displayID).uint(9 << 16).uint(0).data, "malformed message"},
		{"argument missing", newRequest(displayID, displayDeleteID).bytes(), "malformed message: object 1"},
		{"string too long", newRequest(displayID, displayError).uint(1).uint(2).uint(1 << 31).bytes(), "refused"},
		{"half", newRequest(displayID, displayDeleteID).bytes()[:3], "the compositor closed the connection"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := Open(fakeCompositor(t, test.answer))
			if err == nil {
				d.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

// FuzzEvents sends arbitrary bytes in answer to the requests of Open. The seed
// announces a seat and a clipboard with content.
func FuzzEvents(f *testing.F) {
	const registry, sync1, control, device, sync2, offered = 2, 3, 5, 6, 7, 0xff000000
	var seed []byte
	for _, m := range []*request{
		newRequest(registry, registryGlobal).uint(1).string("wl_seat").uint(7),
		newRequest(registry, registryGlobal).uint(2).string("ext_data_control_manager_v1").uint(1),
		newRequest(sync1, 0).uint(0),
		newRequest(sync1+1, seatCapabilities).uint(seatHasKeyboard),
		newRequest(device, deviceDataOffer).uint(offered),
		newRequest(offered, offerOffer).string("text/plain"),
		newRequest(device, deviceSelection).uint(offered),
		newRequest(device, devicePrimary).uint(0),
		newRequest(sync2, 0).uint(0),
		newRequest(displayID, displayDeleteID).uint(sync1),
		newRequest(device, deviceSelection).uint(0),
		newRequest(control, sourceSend).string("text/plain"),
	} {
		seed = append(seed, m.bytes()...)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, answer []byte) {
		d, err := Open(fakeCompositor(t, answer))
		if err != nil {
			return
		}
		<-d.gone // the fake hangs up
		d.Close()
	})
}
