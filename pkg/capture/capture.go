package capture

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/gordonklaus/portaudio"

	"voiceflow/pkg/audio"
)

// ErrNoDevice: there is no microphone, or none of that name.
var ErrNoDevice = errors.New("no such input device")

// System is the machine's audio, opened.
type System struct {
	verbose bool
}

// Open starts PortAudio. Unless verbose, what the audio libraries print to
// standard error by themselves is kept from the user.
func Open(verbose bool) (*System, error) {
	s := &System{verbose: verbose}
	if err := s.quietly(portaudio.Initialize); err != nil {
		return nil, fmt.Errorf("the audio system does not start: %w", err)
	}
	return s, nil
}

// Close stops PortAudio.
func (s *System) Close() error { return s.quietly(portaudio.Terminate) }

func (s *System) quietly(f func() error) error {
	if s.verbose {
		return f()
	}
	return quietly(f)
}

// Device is something to record from.
type Device struct {
	Index      int // as --device takes it
	Name       string
	API        string // ALSA, JACK, Core Audio, ...
	Channels   int
	SampleRate float64 // the device's own, Hz
	Default    bool
}

// Devices lists all that can be recorded from.
func (s *System) Devices() ([]Device, error) {
	infos, standard, err := inputs()
	if err != nil {
		return nil, err
	}
	var devices []Device
	for _, d := range infos {
		devices = append(devices, Device{
			Index: d.Index, Name: d.Name, API: d.HostApi.Name, Channels: d.MaxInputChannels,
			SampleRate: d.DefaultSampleRate, Default: standard != nil && d.Index == standard.Index,
		})
	}
	return devices, nil
}

func inputs() (all []*portaudio.DeviceInfo, standard *portaudio.DeviceInfo, err error) {
	infos, err := portaudio.Devices()
	if err != nil {
		return nil, nil, fmt.Errorf("audio devices: %w", err)
	}
	for _, d := range infos {
		if d.MaxInputChannels > 0 {
			all = append(all, d)
		}
	}
	standard, _ = portaudio.DefaultInputDevice() // none is no error here
	return all, standard, nil
}

// find takes the system's default for an empty name, else an index, a name or
// a part of one.
func find(wanted string) (*portaudio.DeviceInfo, error) {
	all, standard, err := inputs()
	if err != nil {
		return nil, err
	}
	if wanted == "" {
		if standard == nil {
			return nil, fmt.Errorf("%w: this system has no default microphone; connect one, or try --list-devices", ErrNoDevice)
		}
		return standard, nil
	}
	index, notIndex := strconv.Atoi(wanted)
	var partly *portaudio.DeviceInfo
	for _, d := range all {
		switch {
		case notIndex == nil && d.Index == index, d.Name == wanted:
			return d, nil
		case partly == nil && strings.Contains(strings.ToLower(d.Name), strings.ToLower(wanted)):
			partly = d
		}
	}
	if partly == nil {
		return nil, fmt.Errorf("%w: %q; --list-devices shows what there is", ErrNoDevice, wanted)
	}
	return partly, nil
}

// Stream is a recording under way.
type Stream struct {
	system    *System
	stream    *portaudio.Stream
	ring      *audio.Ring
	overflows atomic.Int64
}

// Record begins to record into the ring, 16 kHz mono. The device is an index,
// a name or a part of one; empty stands for the system's default.
func (s *System) Record(device string, ring *audio.Ring) (*Stream, error) {
	d, err := find(device)
	if err != nil {
		return nil, err
	}
	// The high latency gives bigger buffers: nobody waits for these few
	// milliseconds, and a busy machine loses nothing.
	p := portaudio.HighLatencyParameters(d, nil)
	p.Input.Channels = 1
	p.SampleRate = audio.SampleRate
	p.FramesPerBuffer = portaudio.FramesPerBufferUnspecified
	st := &Stream{system: s, ring: ring}
	err = s.quietly(func() error {
		if st.stream, err = portaudio.OpenStream(p, st.take); err != nil {
			return err
		}
		return st.stream.Start()
	})
	if err != nil {
		return nil, fmt.Errorf("microphone %q does not record at 16 kHz mono: %w; choose another with --device, or let an audio server convert (device \"pulse\" or \"default\")", d.Name, err)
	}
	return st, nil
}

// take is PortAudio's callback: it must neither wait nor panic.
func (st *Stream) take(in []int16, _ portaudio.StreamCallbackTimeInfo, flags portaudio.StreamCallbackFlags) {
	if flags&portaudio.InputOverflow != 0 {
		st.overflows.Add(1)
	}
	st.ring.Write(in)
}

// Overflows counts how often PortAudio reported samples lost before they
// reached it.
func (st *Stream) Overflows() int64 { return st.overflows.Load() }

// Stop ends the recording and closes the ring for writing; what is in it can
// still be read.
func (st *Stream) Stop() error {
	defer st.ring.CloseWrite()
	err := st.system.quietly(func() error {
		return errors.Join(st.stream.Stop(), st.stream.Close())
	})
	if err != nil {
		return fmt.Errorf("microphone: %w", err)
	}
	return nil
}
