// Package notify shows short messages by the desktop's own notification service,
// over the session bus (the Desktop Notifications Specification of
// freedesktop.org, version 1.2).
package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// callTime is how long the service may take to show a message.
const callTime = 2 * time.Second

// Bubble is one message on the desktop, whose text changes.
type Bubble struct {
	conn *dbus.Conn
	id   uint32 // 0: not shown yet
}

// Open connects to the session bus. The error says why there are no
// notifications.
func Open() (*Bubble, error) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, fmt.Errorf("notifications: no session bus: %w", err)
	}
	return &Bubble{conn: conn}, nil
}

// Show shows a title and a body, in place of what the bubble said before. An
// urgent one stays until it is dismissed. It takes 2 s at most.
func (b *Bubble) Show(ctx context.Context, title, body string, urgent bool) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	urgency := byte(0)
	if urgent {
		urgency = 2
	}
	hints := map[string]dbus.Variant{
		"urgency": dbus.MakeVariant(urgency),
		// Where the service knows it, a message takes the place of the one before,
		// also of another program of the pipeline.
		"x-canonical-private-synchronous": dbus.MakeVariant("voiceflow"),
	}
	const byTheServer = int32(-1) // how long it is shown
	call := b.conn.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").
		CallWithContext(ctx, "org.freedesktop.Notifications.Notify", 0,
			"voiceflow", b.id, "audio-input-microphone", title, body, []string{}, hints, byTheServer)
	if err := call.Store(&b.id); err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	return nil
}

// Close ends the connection; what is shown stays.
func (b *Bubble) Close() error { return b.conn.Close() }
