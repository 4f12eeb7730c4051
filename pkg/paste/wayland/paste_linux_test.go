package wayland_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/pkg/paste/wayland"
)

const pasted = "Größe, 中文 😀 e\u0301"

// types returns the formats of the clipboard content, or with --primary of the
// primary selection.
func (s *desktop) types(arg ...string) []string {
	s.t.Helper()
	// wl-paste fails if the clipboard is empty.
	out, _ := s.command("wl-paste", append(arg, "--list-types")...).Output()
	return strings.Fields(string(out))
}

// clipboard returns the content of a clipboard by format.
func (s *desktop) clipboard(arg ...string) map[string]string {
	s.t.Helper()
	content := map[string]string{}
	for _, mime := range s.types(arg...) {
		content[mime] = string(s.run(nil, "wl-paste", append(arg, "--no-newline", "--type", mime)...))
	}
	return content
}

// wantClipboard checks that a clipboard has the content it had before.
func (s *desktop) wantClipboard(before map[string]string, arg ...string) {
	s.t.Helper()
	if after := s.clipboard(arg...); !maps.Equal(before, after) {
		s.t.Errorf("the clipboard has the formats %v, want %v with the same content",
			slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	image := append([]byte("\x89PNG\r\n\x1a\n\x00"), bytes.Repeat([]byte{0, 1, 2, 0xff}, 300_000)...)
	tests := []struct {
		name   string
		before func(s *desktop)
	}{
		{"over nothing", func(*desktop) {}},
		{"over text", func(s *desktop) { s.copy([]byte("precious\n"), "--type", "text/plain") }},
		{"over an image", func(s *desktop) { s.copy(image, "--type", "image/png") }},
		{"over an empty text", func(s *desktop) { s.copy(nil, "--type", "text/plain") }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := startSway(t)
			got := s.terminal()
			test.before(s)
			before := s.clipboard()
			d := s.open()
			for i := range 3 {
				start := time.Now()
				receipt, err := d.Paste(t.Context(), pasted, wayland.CtrlShiftV)
				if err != nil || !receipt.Taken || !receipt.Restored {
					t.Fatalf("receipt %+v, error %v", receipt, err)
				}
				t.Logf("took %v", time.Since(start).Round(time.Millisecond))
				s.want(got, strings.Repeat(pasted, i+1))
				s.wantClipboard(before)
			}
		})
	}
}

// TestPasteRestoresAllFormats uses different content in each format, as browsers
// and word processors do.
func TestPasteRestoresAllFormats(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	before := map[string]string{
		"text/plain":    "precious",
		"text/html":     "<b>precious</b>",
		"image/png":     strings.Repeat("\x89PNG\r\n\x00\xff", 50_000),
		"application/x": "\x00",
	}
	s.open().Put(t, before)
	s.wantClipboard(before)
	for i := range 2 { // the second Display restores the content from the first
		if _, err := s.open().Paste(t.Context(), pasted, wayland.CtrlShiftV); err != nil {
			t.Fatal(err)
		}
		s.want(got, strings.Repeat(pasted, i+1))
		s.wantClipboard(before)
	}
}

func TestPasteWithShiftInsert(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	s.copy([]byte("precious"), "--type", "text/plain")
	s.copy([]byte("selected"), "--primary", "--type", "text/plain")
	clipboard, primary := s.clipboard(), s.clipboard("--primary")
	receipt, err := s.open().Paste(t.Context(), pasted, wayland.ShiftInsert)
	if err != nil || !receipt.Taken || !receipt.Restored {
		t.Fatalf("receipt %+v, error %v", receipt, err)
	}
	s.want(got, pasted) // foot pastes the primary selection on this keystroke
	s.wantClipboard(clipboard)
	s.wantClipboard(primary, "--primary")
}

// TestPasteWithCtrlV configures foot to paste on Ctrl+V.
func TestPasteWithCtrlV(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal("--override=key-bindings.clipboard-paste=Control+v")
	receipt, err := s.open().Paste(t.Context(), pasted, wayland.CtrlV)
	if err != nil || !receipt.Taken || !receipt.Restored {
		t.Fatalf("receipt %+v, error %v", receipt, err)
	}
	s.want(got, pasted)
}

func TestPasteLongText(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	text := strings.Repeat("0123456789abcde ", 1<<20/16)
	start := time.Now()
	receipt, err := s.open().Paste(t.Context(), text, wayland.CtrlShiftV)
	if err != nil || !receipt.Taken || !receipt.Restored {
		t.Fatalf("receipt %+v, error %v", receipt, err)
	}
	t.Logf("1 MiB took %v", time.Since(start).Round(time.Millisecond))
	s.want(got, text)
}

func TestPasteThatNobodyTakes(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.copy([]byte("precious"), "--type", "text/plain")
	before := s.clipboard()
	start := time.Now()
	receipt, err := s.open().Paste(t.Context(), pasted, wayland.CtrlShiftV)
	if !errors.Is(err, wayland.ErrNotTaken) || receipt.Taken || !receipt.Restored {
		t.Errorf("receipt %+v, error %v, want %v", receipt, err, wayland.ErrNotTaken)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	s.wantClipboard(before)
}

func TestPasteCancelledRestores(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.copy([]byte("precious"), "--type", "text/plain")
	before := s.clipboard()
	d := s.open()
	ctx, cancel := context.WithTimeout(t.Context(), 1200*time.Millisecond)
	defer cancel()
	receipt, err := d.Paste(ctx, pasted, wayland.CtrlShiftV)
	if !errors.Is(err, context.DeadlineExceeded) || receipt.Taken || !receipt.Restored {
		t.Errorf("receipt %+v, error %v, want context.DeadlineExceeded", receipt, err)
	}
	s.wantClipboard(before)
}

// TestPasteLeavesNewerClipboard has another program that copies while Paste waits.
func TestPasteLeavesNewerClipboard(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.copy([]byte("precious"), "--type", "image/gif")
	d := s.open()
	done := make(chan wayland.Receipt)
	go func() {
		receipt, _ := d.Paste(t.Context(), pasted, wayland.CtrlShiftV)
		done <- receipt
	}()
	s.poll("our text on the clipboard", func() bool { return slices.Contains(s.types(), "UTF8_STRING") })
	s.copy([]byte("newer"), "--type", "image/png")
	if receipt := <-done; receipt.Restored {
		t.Errorf("receipt %+v, want one that is not Restored", receipt)
	}
	if now := s.clipboard(); now["image/png"] != "newer" {
		t.Errorf("the clipboard has %q, want the newer content", now)
	}
}

// TestPasteRefusesHugeClipboard: on a busy machine, the time limit can come before
// the size limit.
func TestPasteRefusesHugeClipboard(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	huge := make([]byte, 65<<20)
	s.copy(huge, "--type", "image/png")
	receipt, err := s.open().Paste(t.Context(), pasted, wayland.CtrlShiftV)
	tooMuch := err != nil && strings.Contains(err.Error(), "64 MiB") || errors.Is(err, context.DeadlineExceeded)
	if !tooMuch || receipt.Taken || !receipt.Restored {
		t.Errorf("receipt %+v, error %v, want one for too much content", receipt, err)
	}
	if now := s.clipboard(); len(now["image/png"]) != len(huge) {
		t.Errorf("the clipboard has %d bytes now", len(now["image/png"]))
	}
}

// TestPasteOverFrozenClipboard stops the program that owns the clipboard.
func TestPasteOverFrozenClipboard(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.write("in", "precious")
	owner := s.start("sh", "-c", "exec wl-copy --foreground --type text/plain <in")
	s.poll("wl-copy to take the clipboard", func() bool { return slices.Contains(s.types(), "text/plain") })
	if err := owner.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	receipt, err := s.open().Paste(ctx, pasted, wayland.CtrlShiftV)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "text/plain") || receipt.Taken || !receipt.Restored {
		t.Errorf("receipt %+v, error %v, want context.DeadlineExceeded", receipt, err)
	}
	if err := owner.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if now := s.clipboard(); now["text/plain"] != "precious" {
		t.Errorf("the clipboard has %q now", now)
	}
}

// TestPasteIntoOthers: a program that is not a terminal may have read the text
// without pasting it. So the text stays on the clipboard for a while, and the next
// paste, perhaps by another process, waits. In the end the clipboard is restored.
func TestPasteIntoOthers(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal("--override=key-bindings.clipboard-paste=Control+v", "--app-id=editor")
	s.copy([]byte("precious\n"), "--type", "text/plain")
	before := s.clipboard()
	const lent = "application/x-voiceflow-lent"
	one, two := s.open(), s.open()
	for _, d := range []*wayland.Display{one, one, two} {
		receipt, err := d.Paste(t.Context(), pasted, wayland.CtrlV)
		if err != nil || !receipt.Taken || receipt.Verified || receipt.Restored {
			t.Fatalf("receipt %+v, error %v", receipt, err)
		}
		if now := s.types(); !slices.Contains(now, lent) {
			t.Errorf("the clipboard has the formats %v", now)
		}
	}
	s.want(got, strings.Repeat(pasted, 3))
	s.poll("the old clipboard content", func() bool { return !slices.Contains(s.types(), lent) })
	s.wantClipboard(before)
}
