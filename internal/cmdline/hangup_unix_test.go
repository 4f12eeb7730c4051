//go:build unix

package cmdline

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

func TestHangupIsCaught(t *testing.T) {
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("SIGHUP is ignored, as under nohup")
	}
	s := watchSignals(true)
	defer s.close()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	<-s.stop
}
