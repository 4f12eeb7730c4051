package preflight

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"voiceflow/internal/health/verdict"
)

func isNotThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func (s sound) checks(d distribution) []Check {
	return forDictation(s.judgeServer(d), s.judgeInput(), s.judgePermission(), s.judgeOutput())
}

// startServer is the command for a sound server.
func (s sound) startServer(d distribution) string {
	if s.flatpak {
		return "flatpak override --user --socket=pulseaudio APP"
	}
	return "systemctl --user start pipewire-pulse || pulseaudio --start\nwhere there is neither: " + d.install("pipewire-pulse")
}

func (s sound) judgeServer(d distribution) Check {
	const name = "sound server"
	switch {
	case s.system != "linux":
		return good(name, "the system's own")
	case s.server != "":
		return good(name, "%s answers", s.server)
	case len(s.inputs) > 0:
		return good(name, "none: sound cards are used directly, by one program at a time")
	}
	return bad(name, verdict.Warning, s.startServer(d), "none answers: %s", s.lacks)
}

func (s sound) judgeInput() Check {
	const name = "microphone"
	switch {
	case s.unasked != nil:
		return unasked(name, s.unasked)
	case len(s.inputs) > 0 && s.listed && len(s.sources) == 0:
		return bad(name, verdict.Critical, "connect a microphone, and choose it in the desktop's sound settings", "the sound server has none, only monitors, which hear what is played")
	case len(s.inputs) > 0:
		names := s.inputs
		if s.listed {
			names = s.sources
		}
		return good(name, "%s; vf-record --check tells how well it hears", list(names, 3))
	case s.system == "linux" && s.server == "" && s.denied == "":
		return bad(name, verdict.Critical, "connect a microphone, and mend the sound server first", "%s", s.noInput)
	}
	return bad(name, verdict.Critical, "vf-record --list-devices\nafter you connect a microphone", "%s", s.noInput)
}

func (s sound) judgePermission() Check {
	const name = "microphone permission"
	switch {
	case s.system == "darwin":
		return good(name, "cannot be told: System Settings, Privacy & Security, Microphone has the terminal's")
	case s.server != "":
		return good(name, "the sound server gives access")
	case s.denied != "":
		return bad(name, verdict.Critical, `sudo usermod -aG audio "$(id -un)"`+"\nthen log in again", "%s may not be read", s.denied)
	case len(s.nodes) > 0:
		return good(name, "sound cards may be recorded from")
	case s.cards:
		return bad(name, verdict.Warning, "hand /dev/snd to the container (--device /dev/snd), or the sound server's socket", "the kernel has sound cards, which cannot be seen from here")
	}
	return good(name, "nothing to permit: no sound card")
}

func (s sound) judgeOutput() Check {
	const name = "sound output"
	switch {
	case s.system != "linux":
		return good(name, "not looked at: recording does not need it")
	case len(s.sinks) > 0:
		return good(name, "%s", list(s.sinks, 3))
	}
	return bad(name, verdict.Warning, "connect loudspeakers or headphones", "none; recording does not need it, but recordings cannot be listened to")
}

// list names a few and counts the rest.
func list(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}
