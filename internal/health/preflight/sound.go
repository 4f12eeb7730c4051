package preflight

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/exitcode"
)

// sound describes the microphones and loudspeakers.
type sound struct {
	server  string   // PulseAudio or PipeWire; empty: none answers
	lacks   string   // why none answers
	inputs  []string // microphones that vf-record lists
	noInput string   // why it lists none
	unknown error    // vf-record could not be queried
	sources []string // the server's inputs listed by pactl, without monitors
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
	s.inputs, s.noInput, s.unknown = p.microphones(ctx)
	if s.server != "" {
		s.sources, s.sinks, s.listed = p.pactl(ctx)
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
	for _, a := range p.soundAddresses() {
		if err := p.Dial(a[0], a[1]); err == nil {
			return name, ""
		} else if !isNotThere(err) {
			lacks = a[1] + ": " + reason(err)
		}
	}
	return "", lacks
}

// soundAddresses returns the network and address of the sockets that PulseAudio
// clients try, which PipeWire also listens on.
func (p Probe) soundAddresses() (found [][2]string) {
	if named := p.Getenv("PULSE_SERVER"); named != "" {
		for _, server := range strings.Fields(named) {
			server = server[strings.LastIndexByte(server, '}')+1:] // {machine}unix:/path
			if rest, isTCP := strings.CutPrefix(server, "tcp:"); isTCP {
				if _, _, err := net.SplitHostPort(rest); err != nil {
					rest = net.JoinHostPort(strings.Trim(rest, "[]"), "4713")
				}
				found = append(found, [2]string{"tcp", rest})
			} else {
				found = append(found, [2]string{"unix", strings.TrimPrefix(server, "unix:")})
			}
		}
		return found
	}
	dirs := []string{p.Getenv("PULSE_RUNTIME_PATH"), join(p.Getenv("XDG_RUNTIME_DIR"), "pulse"), p.path("run/pulse")}
	for _, dir := range dirs {
		if dir != "" {
			found = append(found, [2]string{"unix", filepath.Join(dir, "native")})
		}
	}
	// Without a runtime folder, the server creates its own.
	folder := filepath.Join(p.Getenv("HOME"), ".config/pulse")
	entries, _ := os.ReadDir(folder) // none if the folder is missing
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "-runtime") {
			found = append(found, [2]string{"unix", filepath.Join(folder, e.Name(), "native")})
		}
	}
	return found
}

func join(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

// microphones returns the microphones that vf-record lists, the default first, or
// why there are none. unknown is set if its configuration keeps it from answering.
func (p Probe) microphones(ctx context.Context) (names []string, lacks string, unknown error) {
	out, err := p.query(ctx, "vf-record", "--list-devices", "--json")
	switch {
	case errors.Is(err, errConfiguration):
		return nil, "", err
	case err != nil:
		return nil, "vf-record --list-devices: " + err.Error(), nil
	case out.Code != exitcode.OK:
		return nil, lastMessage(out), nil
	}
	var found []struct {
		Name    string `json:"name"`
		Default bool   `json:"default"`
	}
	if err := json.Unmarshal([]byte(out.Stdout), &found); err != nil {
		return nil, "vf-record --list-devices: " + err.Error(), nil
	}
	for _, f := range found {
		if f.Default {
			names = slices.Insert(names, 0, f.Name)
		} else {
			names = append(names, f.Name)
		}
	}
	return names, "", nil
}

// pactl returns the server's inputs and outputs, without monitors, which record
// what is played, and without the dummy output auto_null.
func (p Probe) pactl(ctx context.Context) (sources, sinks []string, ok bool) {
	path, err := p.LookPath("pactl")
	if err != nil {
		return nil, nil, false
	}
	for kind, list := range map[string]*[]string{"sources": &sources, "sinks": &sinks} {
		out, err := p.Run(ctx, path, "list", "short", kind)
		if err != nil || out.Code != exitcode.OK {
			return nil, nil, false
		}
		for line := range strings.Lines(out.Stdout) {
			columns := strings.Split(line, "\t")
			if len(columns) > 1 && !strings.HasSuffix(columns[1], ".monitor") && columns[1] != "auto_null" {
				*list = append(*list, columns[1])
			}
		}
	}
	return sources, sinks, true
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
