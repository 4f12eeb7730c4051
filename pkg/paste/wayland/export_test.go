package wayland

import (
	"context"
	"testing"
)

// Put puts content in several formats on the clipboard.
func (d *Display) Put(t *testing.T, content map[string]string) {
	t.Helper()
	var formats []format
	for mime, data := range content {
		formats = append(formats, format{mime, []byte(data)})
	}
	d.mu.Lock()
	err := d.setClipboard(&d.clips.clipboard, formats, newTally())
	d.mu.Unlock()
	if err == nil {
		err = d.roundtrip(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Hold presses the Control key and keeps it down; Release releases it.
func (d *Display) Hold(ctx context.Context) error {
	if err := d.setKeymap(ctx, strokeKeymap()); err != nil {
		return err
	}
	return d.request(d.keyboard.press(keyLeftCtrl), d.keyboard.modifiers(maskCtrl))
}

func (d *Display) Release() error {
	return d.request(d.keyboard.release(keyLeftCtrl), d.keyboard.modifiers(0))
}

// Transfers returns how many programs are reading our clipboard content.
func (d *Display) Transfers() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.clips.transfers)
}
