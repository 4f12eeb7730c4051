package capture

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gordonklaus/portaudio"
)

// inputs returns the recording devices and the system's default one, nil if
// there is none.
func inputs() (all []*portaudio.DeviceInfo, defaultDevice *portaudio.DeviceInfo, err error) {
	infos, err := portaudio.Devices()
	if err != nil {
		return nil, nil, fmt.Errorf("list audio devices: %w", err)
	}
	for _, d := range infos {
		if d.MaxInputChannels > 0 {
			all = append(all, d)
		}
	}
	defaultDevice, _ = portaudio.DefaultInputDevice() // having none is fine here
	return all, defaultDevice, nil
}

// find returns the device with the given index, name or part of a name, or the
// system's default if wanted is empty.
func find(wanted string) (*portaudio.DeviceInfo, error) {
	all, defaultDevice, err := inputs()
	if err != nil {
		return nil, err
	}
	if wanted == "" {
		if defaultDevice == nil {
			return nil, fmt.Errorf("%w: this system has no default microphone; connect one, or see --list-devices", ErrNoDevice)
		}
		return defaultDevice, nil
	}
	if d := pick(all, wanted); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("%w: %q; list the microphones with --list-devices", ErrNoDevice, wanted)
}

// pick returns the device with exactly the wanted name, else the one with that
// index, else the first whose name contains it, ignoring case.
func pick(all []*portaudio.DeviceInfo, wanted string) *portaudio.DeviceInfo {
	for _, d := range all {
		if d.Name == wanted {
			return d
		}
	}
	if index, err := strconv.Atoi(wanted); err == nil {
		for _, d := range all {
			if d.Index == index {
				return d
			}
		}
	}
	for _, d := range all {
		if strings.Contains(strings.ToLower(d.Name), strings.ToLower(wanted)) {
			return d
		}
	}
	return nil
}
