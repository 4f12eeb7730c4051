package capture

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gordonklaus/portaudio"
)

// callTimeout is how long a call into the audio system may take before it counts
// as hanging. Starting up takes some 50 ms, waking a Bluetooth headset seconds.
const callTimeout = 15 * time.Second

// System is the machine's audio system, opened.
type System struct {
	verbose     bool
	initialized bool          // PortAudio is; guarded by calls
	used        bool          // a device has been opened since; guarded by calls
	calls       chan struct{} // holds a token during each call of PortAudio
}

// Open starts PortAudio. Unless verbose is set, messages that the audio libraries
// print to standard error are suppressed until Close. Only one System may be open
// at a time. The error wraps ErrHangs if PortAudio does not start within 15 s.
func Open(verbose bool) (*System, error) {
	s := &System{verbose: verbose, calls: make(chan struct{}, 1)}
	if !verbose {
		hush()
	}
	err := s.within(callTimeout, func() error {
		if err := s.initialize(); err != nil {
			return err
		}
		skipStreamNumbers()
		return nil
	})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("cannot start the audio system: %w", err)
	}
	return s, nil
}

// skipStreamNumbers makes it safe to open a second stream. The binding numbers
// its streams and passes each number to C as a pointer, but Go aborts a program
// that has a pointer below 4096, the first page: always under the race detector,
// otherwise if it finds one while a stack grows. Failed calls use up numbers too.
func skipStreamNumbers() {
	for range 4096 {
		_, _ = portaudio.OpenStream(portaudio.StreamParameters{}) // fails: no callback
	}
}

// Close stops PortAudio; it may be called twice. The error wraps ErrHangs if a
// call is still in progress after 1 s.
func (s *System) Close() error {
	err := s.within(time.Second, s.terminate)
	if err != nil {
		return fmt.Errorf("cannot stop the audio system: %w", err)
	}
	// A call that hangs may still print something; without one, nothing can.
	if !s.verbose {
		unhush()
	}
	return nil
}

func (s *System) initialize() error {
	if err := checkALSA(); err != nil {
		return err
	}
	if err := portaudio.Initialize(); err != nil {
		return explain(err)
	}
	s.initialized, s.used = true, false
	return nil
}

// explain gives a reason to an error of PortAudio that has none.
func explain(err error) error {
	var host portaudio.UnanticipatedHostError
	if errors.As(err, &host) && host.Text == "" {
		return fmt.Errorf("PortAudio fails with error %d of its part %d and gives no reason; --log-level verbose may show it",
			host.Code, host.HostApiType)
	}
	return err
}

func (s *System) terminate() error {
	if !s.initialized {
		return nil
	}
	if err := portaudio.Terminate(); err != nil {
		return err
	}
	s.initialized = false
	return nil
}

// do makes a call into PortAudio, one at a time, as PortAudio is not safe for
// concurrent use. It stops waiting when ctx ends, because calls hang when an
// audio server does. An abandoned call keeps running and blocks further calls.
func (s *System) do(ctx context.Context, call func() error) error {
	select {
	case s.calls <- struct{}{}:
	case <-ctx.Done():
		return ErrHangs
	}
	done := make(chan error, 1)
	go func() {
		err := call()
		<-s.calls
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ErrHangs
	}
}

// openLine opens a line. One that opens after ctx has ended is closed again, or the
// microphone would stay in use.
func (s *System) openLine(ctx context.Context, open func() (*line, error)) (*line, error) {
	var mu sync.Mutex
	var opened *line
	abandoned := false
	err := s.do(ctx, func() error {
		l, err := open()
		mu.Lock()
		defer mu.Unlock()
		if err == nil && abandoned {
			return errors.Join(ErrHangs, l.close())
		}
		opened = l
		return err
	})
	mu.Lock()
	defer mu.Unlock()
	if err == nil {
		return opened, nil
	}
	if abandoned = true; opened != nil { // in the last moment
		_ = s.within(callTimeout, opened.close)
	}
	return nil, err
}

func (s *System) within(limit time.Duration, call func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return s.do(ctx, call)
}

// Device is a recording device.
type Device struct {
	Index       int // for Options.Device, as are Name and Description
	Name        string
	Description string // of a sound server's source
	API         string // PulseAudio, PipeWire, ALSA, JACK, Core Audio, ...
	Channels    int
	SampleRate  float64 // the device's default, Hz
	Monitor     bool    // records what an output plays
	Default     bool
}
