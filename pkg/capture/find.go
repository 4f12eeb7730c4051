package capture

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gordonklaus/portaudio"
)

// inputs are the devices to record from, and the system's default of them, nil
// if there is none.
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
	if d := pick(all, wanted); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("%w: %q; --list-devices shows the microphones there are", ErrNoDevice, wanted)
}

// pick finds the device that is meant: an exact name goes before an index, and
// that before the first name with such a part, in whatever case.
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
