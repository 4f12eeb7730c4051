package capture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gordonklaus/portaudio"
)

// answerTime is how long a call of the audio system may take before it counts
// as hanging. Starting it takes some 50 ms, waking a Bluetooth headset seconds.
const answerTime = 15 * time.Second

// System is the machine's audio, opened.
type System struct {
	verbose bool
	up      bool          // PortAudio is initialised; guarded by calls
	calls   chan struct{} // holds a token during each call of PortAudio
}

// Open starts PortAudio. Unless verbose, what the audio libraries print to
// standard error by themselves is kept from the user until Close. Only one
// System may be open at a time. The error wraps ErrHangs after 15 s.
func Open(verbose bool) (*System, error) {
	s := &System{verbose: verbose, calls: make(chan struct{}, 1)}
	if !verbose {
		hush()
	}
	err := s.within(answerTime, func() error {
		if err := s.initialize(); err != nil {
			return err
		}
		skipStreamNumbers()
		return nil
	})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("the audio system does not start: %w", err)
	}
	return s, nil
}

// skipStreamNumbers makes it safe to open a second stream. The binding counts
// streams and gives each number to C as a pointer, but Go stops a program that
// has a pointer to the first page, below 4096: always under the race detector,
// else when it finds one while a stack grows. Calls that fail use numbers, too.
func skipStreamNumbers() {
	for range 4096 {
		_, _ = portaudio.OpenStream(portaudio.StreamParameters{}) // fails: it has no callback
	}
}

// Close stops PortAudio and whatever it does; it may be called twice. The error
// wraps ErrHangs if a call is still under way after 1 s.
func (s *System) Close() error {
	err := s.within(time.Second, s.terminate)
	if err != nil {
		return fmt.Errorf("stopping the audio system: %w", err)
	}
	// What hangs may still have something to say; else nobody has.
	if !s.verbose {
		unhush()
	}
	return nil
}

func (s *System) initialize() error {
	if err := portaudio.Initialize(); err != nil {
		return err
	}
	s.up = true
	return nil
}

func (s *System) terminate() error {
	if !s.up {
		return nil
	}
	if err := portaudio.Terminate(); err != nil {
		return err
	}
	s.up = false
	return nil
}

// do makes a call of PortAudio, which is not safe for several at once, and does
// not wait for it after the end of ctx: calls hang when an audio server does.
// A call that is given up goes on and keeps others from starting; what it may
// still open stays unused.
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

func (s *System) within(limit time.Duration, call func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return s.do(ctx, call)
}

// Device is something to record from.
type Device struct {
	Index      int // as Options.Device takes it
	Name       string
	API        string // ALSA, JACK, Core Audio, ...
	Channels   int
	SampleRate float64 // the device's own, Hz
	Default    bool
}

// Devices lists all that can be recorded from; there may be none.
func (s *System) Devices() ([]Device, error) {
	var devices []Device
	err := s.within(answerTime, func() error {
		infos, standard, err := inputs()
		for _, d := range infos {
			devices = append(devices, Device{
				Index: d.Index, Name: d.Name, API: d.HostApi.Name, Channels: d.MaxInputChannels,
				SampleRate: d.DefaultSampleRate, Default: standard != nil && d.Index == standard.Index,
			})
		}
		return err
	})
	if errors.Is(err, ErrHangs) {
		return nil, err // devices may still be written to
	}
	return devices, err
}
