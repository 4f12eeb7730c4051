// Package notify shows short messages through the desktop's notification service,
// over the session bus (Desktop Notifications Specification of freedesktop.org,
// version 1.2).
package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// callTime is how long the service may take to show a message.
const callTime = 2 * time.Second

// Bubble is a message on the desktop whose text can change.
type Bubble struct {
	conn *dbus.Conn
	id   uint32 // 0: not shown yet
}

// Open connects to the session bus. It fails if there is no bus.
func Open() (*Bubble, error) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, fmt.Errorf("notifications: no session bus: %w", err)
	}
	return &Bubble{conn: conn}, nil
}

// Show shows a title and a body, replacing the bubble's previous message. An
// urgent message stays until it is dismissed. Show takes at most 2 s.
func (b *Bubble) Show(ctx context.Context, title, body string, urgent bool) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	urgency := byte(0)
	if urgent {
		urgency = 2
	}
	hints := map[string]dbus.Variant{
		"urgency": dbus.MakeVariant(urgency),
		// A service that supports this hint lets a message also replace those of
		// the other programs of the pipeline.
		"x-canonical-private-synchronous": dbus.MakeVariant("voiceflow"),
	}
	const byTheServer = int32(-1) // the server decides how long to show it
	call := b.conn.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").
		CallWithContext(ctx, "org.freedesktop.Notifications.Notify", 0,
			"voiceflow", b.id, "audio-input-microphone", title, body, []string{}, hints, byTheServer)
	if err := call.Store(&b.id); err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	return nil
}

// Close ends the connection; the message stays on the desktop.
func (b *Bubble) Close() error { return b.conn.Close() }
