package capture

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/gordonklaus/portaudio"

	"voiceflow/pkg/capture/pulse"
)

// PortAudio reaches a sound server through one of ALSA's plugins, as one device that
// records the default source. The environment makes these plugins record another.
const (
	pulsePlugin    = "pulse"
	pipewirePlugin = "pipewire"

	pulseSource  = "PULSE_SOURCE"
	pipewireNode = "PIPEWIRE_NODE"
	pipewireALSA = "PIPEWIRE_ALSA"
)

// userRoute returns the user's own settings of the plugins.
var userRoute = sync.OnceValue(func() map[string]string {
	set := map[string]string{}
	for _, name := range []string{pulseSource, pipewireNode, pipewireALSA} {
		if value, ok := os.LookupEnv(name); ok {
			set[name] = value
		}
	}
	return set
})

// route makes the next stream that opens record the device, if it is a source of the
// sound server. Otherwise the user's own settings apply.
func (d input) route() {
	set := maps.Clone(userRoute())
	switch d.plugin {
	case pulsePlugin:
		set[pulseSource] = d.Name
	case pipewirePlugin:
		// A monitor is not a node of its own in PipeWire.
		set[pipewireNode] = strings.TrimSuffix(d.Name, ".monitor")
		if d.Monitor {
			set[pipewireALSA] = "{ stream.capture.sink = true }"
		}
	}
	for _, name := range []string{pulseSource, pipewireNode, pipewireALSA} {
		if value, ok := set[name]; ok {
			_ = os.Setenv(name, value) // in C's environment too
		} else {
			_ = os.Unsetenv(name)
		}
	}
}

// serverInputs returns the sources of the sound server, monitors last. There are none
// without a server, or if ALSA has no plugin for it.
func serverInputs(devices []input) (sources []input) {
	plugin := findPlugin(devices)
	if plugin == nil {
		return nil
	}
	server, err := pulse.Ask(context.Background())
	if err != nil {
		return nil
	}
	standard := userRoute()[pulseSource]
	if !slices.ContainsFunc(server.Sources, func(s pulse.Source) bool { return s.Name == standard }) {
		standard = ""
	}
	for _, monitors := range []bool{false, true} {
		for _, s := range server.Sources {
			if s.Monitor == monitors {
				info := *plugin
				info.Name, info.MaxInputChannels, info.DefaultSampleRate = s.Name, s.Channels, s.SampleRate
				sources = append(sources, input{info: &info, plugin: plugin.Name, Device: Device{
					Name: s.Name, Description: s.Description, API: server.Name, Channels: s.Channels, SampleRate: s.SampleRate,
					Monitor: s.Monitor, Default: s.Name == standard || standard == "" && s.Default,
				}})
			}
		}
	}
	return sources
}

// findPlugin returns ALSA's device for a sound server, nil if there is none.
func findPlugin(devices []input) *portaudio.DeviceInfo {
	for _, name := range []string{pulsePlugin, pipewirePlugin} {
		for _, d := range devices {
			if d.info.HostApi.Type == portaudio.ALSA && d.Name == name {
				return d.info
			}
		}
	}
	return nil
}
