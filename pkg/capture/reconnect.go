package capture

import (
	"context"
	"fmt"
	"time"

	"voiceflow/internal/wait"
)

// The pauses between attempts to reconnect double from the one to the other.
const (
	minPause = 100 * time.Millisecond
	maxPause = time.Second
)

// reconnect looks for a device that was lost, by its name, or for what is the
// system's default now, and opens it.
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
		last = st.system.do(ctx, func() (err error) {
			l, err = st.system.reopen(old, wanted, st.options.Channel)
			return err
		})
		if last == nil {
			return l, nil
		}
		_ = wait.For(ctx, pause)
	}
	gone := fmt.Errorf("microphone %q is gone: %w", old.name, lost.why)
	switch {
	case st.options.Reconnect <= 0:
		return nil, fmt.Errorf("%w; connect it again, and see --reconnect", gone)
	case st.ctx.Err() != nil:
		return nil, fmt.Errorf("%w; the recording was stopped before it came back", gone)
	}
	return nil, fmt.Errorf("%w; reconnecting failed for %v: %w", gone, st.options.Reconnect, last)
}

// reopen starts PortAudio anew, which sees only then what devices there are.
func (s *System) reopen(old *line, wanted string, channel int) (*line, error) {
	if !old.closed {
		_ = old.close() // of a device that is gone
	}
	if err := s.terminate(); err != nil {
		return nil, err
	}
	if err := s.initialize(); err != nil {
		return nil, err
	}
	return open(wanted, channel)
}
