package capture

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gordonklaus/portaudio"
)

var errNoDefault = fmt.Errorf(
	"%w: this system has no default microphone; connect one, or see --list-devices", ErrNoDevice)

// input is a device and how to open it.
type input struct {
	Device
	info   *portaudio.DeviceInfo
	plugin string // of ALSA, through which a server's source is recorded
	hidden bool   // works, but is not worth listing next to the server's sources
}

// inputs returns the recording devices: the sources of the sound server, if it can
// record them by name, and PortAudio's devices.
func inputs() ([]input, error) {
	infos, err := portaudio.Devices()
	if err != nil {
		return nil, fmt.Errorf("list audio devices: %w", err)
	}
	standard, _ := portaudio.DefaultInputDevice() // having none is fine here
	var devices []input
	for _, d := range infos {
		if d.MaxInputChannels > 0 {
			devices = append(devices, input{info: d, Device: Device{
				Index: d.Index, Name: d.Name, API: d.HostApi.Name, Channels: d.MaxInputChannels,
				SampleRate: d.DefaultSampleRate, Default: standard != nil && d.Index == standard.Index,
			}})
		}
	}
	return merge(serverInputs(devices), devices), nil
}

// merge puts a server's sources before PortAudio's devices, of which it hides those
// that lead to the server, and numbers them all.
func merge(sources, devices []input) []input {
	if len(sources) == 0 {
		return devices
	}
	standard := true // the server's default source is the system's
	for i := range devices {
		d := &devices[i]
		d.hidden = d.info.HostApi.Type == portaudio.ALSA && !strings.Contains(d.Name, "(hw:")
		standard = standard && (!d.Default || d.hidden)
	}
	all := sources
	for i := range sources {
		sources[i].Default = sources[i].Default && standard
	}
	for _, hidden := range []bool{false, true} {
		for _, d := range devices {
			if d.hidden == hidden {
				d.Default = d.Default && !standard
				all = append(all, d)
			}
		}
	}
	for i := range all {
		all[i].Index = i
	}
	return all
}

// find returns the device with the given index, name, description or part of either,
// or the system's default if wanted is empty.
func find(wanted string) (input, error) {
	if wanted == "" {
		d, err := portaudio.DefaultInputDevice()
		if err != nil || d == nil {
			return input{}, errNoDefault
		}
		return input{info: d, Device: Device{Name: d.Name}}, nil
	}
	all, err := inputs()
	if err != nil {
		return input{}, err
	}
	return choose(all, wanted)
}

func choose(all []input, wanted string) (input, error) {
	if d := pick(all, wanted); d != nil {
		return *d, nil
	}
	return input{}, fmt.Errorf("%w: %q; %s", ErrNoDevice, wanted, names(all))
}

// names lists the devices for an error message.
func names(all []input) string {
	var names []string
	for _, d := range all {
		switch {
		case d.hidden:
		case d.Description != "":
			names = append(names, fmt.Sprintf("%s (%s)", d.Name, d.Description))
		default:
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return "no microphone is connected"
	}
	return "choose one of: " + strings.Join(names, "; ")
}

// pick returns the device with exactly the wanted name or description, or the one with that
// index, or the first whose name or description contains it, ignoring case.
func pick(all []input, wanted string) *input {
	index, err := strconv.Atoi(wanted)
	part := strings.ToLower(wanted)
	for _, fits := range []func(d input) bool{
		func(d input) bool { return d.Name == wanted },
		func(d input) bool { return d.Description == wanted },
		func(d input) bool { return err == nil && d.Index == index },
		func(d input) bool {
			return strings.Contains(strings.ToLower(d.Name), part) || strings.Contains(strings.ToLower(d.Description), part)
		},
	} {
		for i := range all {
			if fits(all[i]) {
				return &all[i]
			}
		}
	}
	return nil
}

// Devices lists the recording devices; there may be none. Microphones come before
// monitors, and those before the sound cards behind a sound server.
func (s *System) Devices() ([]Device, error) {
	all, err := s.inputs()
	var devices []Device
	for _, d := range all {
		if !d.hidden {
			devices = append(devices, d.Device)
		}
	}
	return devices, err
}

// Find returns the device that Record opens for Options.Device.
func (s *System) Find(wanted string) (Device, error) {
	all, err := s.inputs()
	if err != nil {
		return Device{}, err
	}
	if wanted != "" {
		d, err := choose(all, wanted)
		return d.Device, err
	}
	for _, d := range all {
		if d.Default {
			return d.Device, nil
		}
	}
	return Device{}, errNoDefault
}

func (s *System) inputs() ([]input, error) {
	found := make(chan []input, 1) // a call that hangs may still finish
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	err := s.do(ctx, func() error {
		all, err := inputs()
		found <- all
		return err
	})
	if err != nil {
		return nil, err
	}
	return <-found, nil
}
