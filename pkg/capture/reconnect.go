package capture

import (
	"context"
	"fmt"
	"time"

	"voiceflow/internal/wait"
)

// The pause between attempts to reconnect doubles from minPause to maxPause.
const (
	minPause = 100 * time.Millisecond
	maxPause = time.Second
)

// reconnect waits for the lost device, by name, and opens it again. If no device
// was requested, it opens the current default instead.
func (st *Stream) reconnect(old *line, lost *loss) (*line, error) {
	wanted := ""
	if st.options.Device != "" {
		wanted = old.name
	}
	ctx, cancel := context.WithDeadline(st.ctx, lost.until)
	defer cancel()
	var last error
	for pause := minPause; ctx.Err() == nil; pause = min(2*pause, maxPause) {
		var l *line
		l, last = st.system.openLine(ctx, func() (*line, error) {
			return st.system.reopen(old, wanted, st.options.Channel)
		})
		if last == nil {
			return l, nil
		}
		_ = wait.For(ctx, pause)
	}
	gone := fmt.Errorf("microphone %q is gone: %w", old.name, lost.reason)
	switch {
	case st.options.Reconnect <= 0:
		return nil, fmt.Errorf("%w; reconnect it and start again, or see --reconnect", gone)
	case st.ctx.Err() != nil:
		return nil, fmt.Errorf("%w; the recording was stopped before it came back", gone)
	}
	return nil, fmt.Errorf("%w; reconnecting failed for %v: %w", gone, st.options.Reconnect, last)
}

// open opens a device. PortAudio knows only the devices that were there when it started, so
// if it has been in use for a while, a device that cannot be opened gets a second chance.
func (s *System) open(o Options) (*line, error) {
	l, err := open(o.Device, o.Channel)
	if err != nil && s.used {
		if err := s.terminate(); err != nil {
			return nil, err
		}
		if err := s.initialize(); err != nil {
			return nil, err
		}
		l, err = open(o.Device, o.Channel)
	}
	s.used = true
	return l, err
}

// reopen restarts PortAudio, which only then notices new devices, and opens the
// device.
func (s *System) reopen(old *line, wanted string, channel int) (*line, error) {
	if !old.closed {
		_ = old.close() // fails, because the device is gone
	}
	if err := s.terminate(); err != nil {
		return nil, err
	}
	if err := s.initialize(); err != nil {
		return nil, err
	}
	return open(wanted, channel)
}
