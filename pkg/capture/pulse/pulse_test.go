package pulse

import (
	"errors"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	server "voiceflow/internal/test/pulse"
)

// serve starts a server with two sources.
func serve(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"HOME", "PULSE_RUNTIME_PATH", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"} {
		t.Setenv(name, home)
	}
	s := server.Start(t, os.Environ(),
		"module-null-sink sink_name=desk rate=48000 channels=1 sink_properties=device.description=Desk",
		"module-remap-source source_name=mic master=desk.monitor source_properties=device.description=Headset")
	t.Cleanup(func() { server.Stop(s) })
}

func TestAsk(t *testing.T) {
	serve(t)
	got, err := Ask(t.Context())
	want := []Source{
		{Name: "desk.monitor", Description: "Monitor of Desk", Monitor: true, Default: true, Channels: 1, SampleRate: 48000},
		{Name: "mic", Description: "Headset", Channels: 1, SampleRate: 48000},
	}
	for i := range got.Sources { // which one is the default is the server's choice
		if i < len(want) {
			want[i].Default = got.Sources[i].Default
		}
	}
	if err != nil || got.Name != "PulseAudio" || !slices.Equal(got.Sources, want) {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.Sources[0].Default == got.Sources[1].Default {
		t.Errorf("the default: %+v", got)
	}
}

// between puts itself between Ask and its server, and passes at most limit bytes of the
// answers on. It returns how many there were once the connection has ended.
func between(t *testing.T, address string, limit int64) <-chan int64 {
	t.Helper()
	t.Setenv("PULSE_SERVER", filepath.Join(t.TempDir(), "socket"))
	l, err := net.Listen("unix", os.Getenv("PULSE_SERVER"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	passed := make(chan int64, 1)
	go func() {
		client, err := l.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		back, err := net.Dial("unix", address)
		if err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(back, client)
			back.Close()
		}()
		n, _ := io.CopyN(client, back, limit)
		passed <- n
	}()
	return passed
}

// TestAskCutOff: a server that dies in the middle of its list costs two seconds, and
// nothing goes on in the background.
func TestAskCutOff(t *testing.T) {
	serve(t)
	address := filepath.Join(os.Getenv("PULSE_RUNTIME_PATH"), "native")
	before := runtime.NumGoroutine()
	all := between(t, address, math.MaxInt64)
	if got, err := Ask(t.Context()); err != nil || len(got.Sources) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	cut := <-all - 100
	between(t, address, cut)
	began := time.Now()
	if got, err := Ask(t.Context()); !errors.Is(err, ErrNoServer) || time.Since(began) > 2*timeLimit {
		t.Errorf("%+v, %v after %v", got, err, time.Since(began))
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("a goroutine is left")
		}
	}
}

// TestAskStuckServer: a server that does not answer costs two seconds.
func TestAskStuckServer(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:"+filepath.Join(t.TempDir(), "socket"))
	l, err := net.Listen("unix", os.Getenv("PULSE_SERVER")[len("unix:"):])
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	began := time.Now()
	if got, err := Ask(t.Context()); !errors.Is(err, ErrNoServer) || time.Since(began) > 2*timeLimit {
		t.Errorf("%+v, %v after %v", got, err, time.Since(began))
	}
}
