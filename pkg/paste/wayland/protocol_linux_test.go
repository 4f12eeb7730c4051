package wayland_test

import (
	"errors"
	"strings"
	"testing"

	"voiceflow/pkg/paste/wayland"
)

const wlr, ext = "zwlr_data_control_manager_v1", "ext_data_control_manager_v1"

// TestPasteWithExtDataControl uses the newer name of the protocol, which this sway
// may not support.
func TestPasteWithExtDataControl(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	s.copy([]byte("precious"), "--type", "text/plain")
	before := s.clipboard()
	d, err := wayland.Open(wayland.Proxy(t, s.socket, map[string]string{wlr: ext}))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	receipt, err := d.Paste(t.Context(), pasted, wayland.CtrlShiftV)
	if err != nil || !receipt.Taken || !receipt.Restored {
		t.Fatalf("receipt %+v, error %v", receipt, err)
	}
	s.want(got, pasted)
	s.wantClipboard(before)
}

// TestMissingProtocols hides the protocols that some compositors lack.
func TestMissingProtocols(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	d, err := wayland.Open(wayland.Proxy(t, s.socket, map[string]string{
		wlr: "", ext: "", "zwp_virtual_keyboard_manager_v1": "", "zwlr_foreign_toplevel_manager_v1": ""}))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Type(t.Context(), "text"); !errors.Is(err, wayland.ErrNoVirtualKeyboard) {
		t.Errorf("Type: %v, want %v", err, wayland.ErrNoVirtualKeyboard)
	}
	if receipt, err := d.Paste(t.Context(), "text", wayland.CtrlV); !errors.Is(err, wayland.ErrNoDataControl) || !receipt.Restored {
		t.Errorf("Paste: %+v, %v, want %v", receipt, err, wayland.ErrNoDataControl)
	}
	if _, err := d.Focused(t.Context()); !errors.Is(err, wayland.ErrNoFocus) {
		t.Errorf("Focused: %v, want %v", err, wayland.ErrNoFocus)
	}
	if err := d.Serve(t.Context()); err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestPasteWithoutVirtualKeyboard has the same protocols as KDE.
func TestPasteWithoutVirtualKeyboard(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.copy([]byte("precious"), "--type", "text/plain")
	before := s.clipboard()
	d, err := wayland.Open(wayland.Proxy(t, s.socket, map[string]string{"zwp_virtual_keyboard_manager_v1": ""}))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	receipt, err := d.Paste(t.Context(), "text", wayland.CtrlV)
	if !errors.Is(err, wayland.ErrNoVirtualKeyboard) || receipt.Taken || !receipt.Restored {
		t.Errorf("receipt %+v, error %v, want %v", receipt, err, wayland.ErrNoVirtualKeyboard)
	}
	s.wantClipboard(before)
}

func TestOpenErrors(t *testing.T) {
	tests := []struct{ name, display, env, runtime, want string }{
		{"no display", "", "", "/run/nowhere", "WAYLAND_DISPLAY is not set"},
		{"no runtime folder", "", "wayland-9", "", "XDG_RUNTIME_DIR is not set"},
		{"nobody there", "wayland-9", "", "/run/nowhere", "/run/nowhere/wayland-9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("WAYLAND_DISPLAY", test.env)
			t.Setenv("XDG_RUNTIME_DIR", test.runtime)
			d, err := wayland.Open(test.display)
			if err == nil {
				d.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %q, want one line with %q", err, test.want)
			}
		})
	}
}
