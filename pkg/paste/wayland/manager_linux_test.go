package wayland_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/paste/wayland"
)

// manager starts a clipboard manager that reads all clipboard content into a file,
// and waits until it has read something.
func (s *desktop) manager() (log string) {
	log = filepath.Join(s.dir, "manager")
	s.copy([]byte("first"), "--type", "text/plain")
	s.start("wl-paste", "--watch", "sh", "-c", "cat >>manager; echo >>manager")
	s.poll("the clipboard manager", func() bool { return len(lines(log)) >= 1 })
	return log
}

func lines(path string) []string {
	data, _ := os.ReadFile(path)
	return strings.Fields(string(data))
}

// TestPasteDoesNotMistakeClipboardManager runs a clipboard manager but no program
// to paste into. Only the time of a request tells the two apart, so one request in
// three may come late, on a busy machine.
func TestPasteDoesNotMistakeClipboardManager(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	log := s.manager()
	d := s.open()
	mistaken := 0
	for range 3 {
		seen := len(lines(log))
		receipt, err := d.Paste(t.Context(), "spoken", wayland.CtrlShiftV)
		if receipt.Taken != (err == nil) || !receipt.Taken && !errors.Is(err, wayland.ErrNotTaken) || !receipt.Restored {
			t.Errorf("receipt %+v, error %v, want %v", receipt, err, wayland.ErrNotTaken)
		}
		if receipt.Taken {
			mistaken++
		}
		s.poll("the manager to take the text and what was restored", func() bool { return len(lines(log)) >= seen+2 })
	}
	if mistaken > 1 {
		t.Errorf("%d of 3 times the clipboard manager was mistaken for the application", mistaken)
	}
	if !slices.Contains(lines(log), "spoken") {
		t.Errorf("the clipboard manager took %q, not our text, so this test shows nothing", lines(log))
	}
}

func TestPasteBesideClipboardManager(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	s.manager()
	before := s.clipboard()
	d := s.open()
	for i := range 5 {
		receipt, err := d.Paste(t.Context(), pasted, wayland.CtrlShiftV)
		if err != nil || !receipt.Taken || !receipt.Restored {
			t.Fatalf("receipt %+v, error %v", receipt, err)
		}
		s.want(got, strings.Repeat(pasted, i+1))
	}
	s.wantClipboard(before)
}
