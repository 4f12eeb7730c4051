package preflight

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/capture/pulse"
)

// sound describes the microphones and loudspeakers.
type sound struct {
	server  string   // PulseAudio or PipeWire; empty: none answers
	lacks   string   // why none answers
	inputs  []string // microphones that vf-record lists, without monitors
	heard   []string // monitors that it lists: they record what is played
	noInput string   // why it lists none
	unknown error    // vf-record could not be queried
	sinks   []string // outputs of the server or the sound cards
	listed  bool     // pactl answered
	cards   bool     // the kernel has sound cards
	nodes   []string // their device files for recording
	denied  string   // a device file that is not accessible
	flatpak bool
	system  string
}

func (p Probe) sound(ctx context.Context, d distribution) []Check {
	return p.listen(ctx).checks(d)
}

// listen inspects the sound system. A dead server whose socket remains costs no
// more than the time limit of a program.
func (p Probe) listen(ctx context.Context) sound {
	s := sound{system: p.System, flatpak: len(p.glob(".flatpak-info")) > 0}
	s.server, s.lacks = p.soundServer()
	s.inputs, s.heard, s.noInput, s.unknown = p.microphones(ctx)
	if s.server != "" {
		s.sinks, s.listed = p.pactl(ctx)
	}
	for line := range strings.Lines(p.read("proc/asound/pcm")) {
		s.cards = true
		// 00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
		if parts := strings.Split(line, ":"); !s.listed && len(parts) > 2 && strings.Contains(line, ": playback ") {
			s.sinks = append(s.sinks, strings.TrimSpace(parts[1]))
		}
	}
	for _, node := range p.glob("dev/snd/pcmC*c") {
		s.nodes = append(s.nodes, node)
		if p.Access(node) != nil && s.denied == "" {
			s.denied = node
		}
	}
	return s
}

// soundServer returns the name of a server that answers at its socket, or why
// there is none.
func (p Probe) soundServer() (name, lacks string) {
	if p.System != "linux" {
		return "", ""
	}
	name = "PulseAudio"
	if dir := p.Getenv("XDG_RUNTIME_DIR"); dir != "" && p.Dial("unix", filepath.Join(dir, "pipewire-0")) == nil {
		name = "PipeWire"
	}
	lacks = "no socket of PulseAudio or PipeWire"
	for _, a := range pulse.Addresses(p.Getenv, p.Root) {
		if err := p.Dial(a[0], a[1]); err == nil {
			return name, ""
		} else if !isNotThere(err) {
			lacks = a[1] + ": " + reason(err)
		}
	}
	return "", lacks
}

// microphones returns the microphones and monitors that vf-record lists, the default
// first, or why there are none. unknown is set if its configuration keeps it from
// answering.
func (p Probe) microphones(ctx context.Context) (names, monitors []string, lacks string, unknown error) {
	out, err := p.query(ctx, "vf-record", "--list-devices", "--json")
	switch {
	case errors.Is(err, errConfiguration):
		return nil, nil, "", err
	case err != nil:
		return nil, nil, "vf-record --list-devices: " + err.Error(), nil
	case out.Code != exitcode.OK:
		return nil, nil, lastMessage(out), nil
	}
	var found []struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Monitor     bool   `json:"monitor"`
		Default     bool   `json:"default"`
	}
	if err := json.Unmarshal([]byte(out.Stdout), &found); err != nil {
		return nil, nil, "vf-record --list-devices: " + err.Error(), nil
	}
	for _, f := range found {
		list := &names
		if f.Monitor {
			list = &monitors
		}
		place := len(*list)
		if f.Default {
			place = 0
		}
		*list = slices.Insert(*list, place, cmp.Or(f.Description, f.Name))
	}
	return names, monitors, "", nil
}

// pactl returns the server's outputs, without the dummy output auto_null.
func (p Probe) pactl(ctx context.Context) (sinks []string, ok bool) {
	path, err := p.LookPath("pactl")
	if err != nil {
		return nil, false
	}
	out, err := p.Run(ctx, path, "list", "short", "sinks")
	if err != nil || out.Code != exitcode.OK {
		return nil, false
	}
	for line := range strings.Lines(out.Stdout) {
		columns := strings.Split(line, "\t")
		if len(columns) > 1 && columns[1] != "auto_null" {
			sinks = append(sinks, columns[1])
		}
	}
	return sinks, true
}

// dial returns nil if there is a listener.
func dial(network, address string) error {
	c, err := net.DialTimeout(network, address, 2*time.Second)
	if err != nil {
		return err
	}
	return c.Close()
}

// reason returns a network error without the address.
func reason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}
