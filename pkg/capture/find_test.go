package capture

import (
	"os"
	"slices"
	"testing"

	"github.com/gordonklaus/portaudio"
)

// TestMerge: sources come before sound cards, ALSA's devices that lead to the server are
// hidden, and exactly one device is the default.
func TestMerge(t *testing.T) {
	alsa := &portaudio.HostApiInfo{Type: portaudio.ALSA}
	machine := func(standard string) (sources, devices []input) {
		for _, name := range []string{"HDA Intel: ALC257 (hw:0,0)", "sysdefault", "pulse", "default"} {
			devices = append(devices, input{info: &portaudio.DeviceInfo{HostApi: alsa}, Device: Device{Name: name, Default: name == standard}})
		}
		return []input{{Device: Device{Name: "headset", Default: true}}, {Device: Device{Name: "out.monitor"}}}, devices
	}
	for standard, want := range map[string]string{
		"default":                    "headset",
		"":                           "headset", // ALSA has none
		"HDA Intel: ALC257 (hw:0,0)": "HDA Intel: ALC257 (hw:0,0)",
	} {
		var listed, hidden, defaults []string
		for i, d := range merge(machine(standard)) {
			if d.Index != i {
				t.Errorf("%s has number %d, want %d", d.Name, d.Index, i)
			}
			if d.Default {
				defaults = append(defaults, d.Name)
			}
			if d.hidden {
				hidden = append(hidden, d.Name)
			} else {
				listed = append(listed, d.Name)
			}
		}
		if !slices.Equal(listed, []string{"headset", "out.monitor", "HDA Intel: ALC257 (hw:0,0)"}) ||
			!slices.Equal(hidden, []string{"sysdefault", "pulse", "default"}) || !slices.Equal(defaults, []string{want}) {
			t.Errorf("default %q: listed %q, hidden %q, default %q", standard, listed, hidden, defaults)
		}
	}
}

// TestRoute: the environment of ALSA's plugins leads to the source, and is the user's
// own again for other devices.
func TestRoute(t *testing.T) {
	env := func() (all [3]string) {
		for i, name := range []string{pulseSource, pipewireNode, pipewireALSA} {
			all[i] = os.Getenv(name)
		}
		return all
	}
	own := env()
	for _, tc := range []struct {
		device input
		want   [3]string
	}{
		{input{plugin: pulsePlugin, Device: Device{Name: "out.monitor", Monitor: true}}, [3]string{"out.monitor", own[1], own[2]}},
		{input{plugin: pipewirePlugin, Device: Device{Name: "headset"}}, [3]string{own[0], "headset", own[2]}},
		{input{plugin: pipewirePlugin, Device: Device{Name: "out.monitor", Monitor: true}}, [3]string{own[0], "out", "{ stream.capture.sink = true }"}},
		{input{Device: Device{Name: "default"}}, own},
	} {
		if tc.device.route(); env() != tc.want {
			t.Errorf("%s: %q, want %q", tc.device.Name, env(), tc.want)
		}
	}
}
