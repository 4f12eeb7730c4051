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

// startServer returns the command that starts a sound server.
func (s sound) startServer(d distribution) string {
	if s.flatpak {
		return "flatpak override --user --socket=pulseaudio APP"
	}
	return "systemctl --user start pipewire-pulse || pulseaudio --start\n" +
		"if neither is installed: " + d.install("pipewire-pulse")
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
	case s.unknown != nil:
		return unknown(name, s.unknown)
	case len(s.inputs) == 0 && len(s.heard) > 0:
		return bad(name, verdict.Critical, "connect a microphone, and choose it in the desktop's sound settings",
			"the sound server has none, only monitors, which record what is played")
	case len(s.inputs) > 0:
		return good(name, "%s; test it with vf-record --check", list(s.inputs, 3))
	case s.system == "linux" && s.server == "" && s.denied == "":
		return bad(name, verdict.Critical, "fix the sound server first, then connect a microphone", "%s", s.noInput)
	}
	return bad(name, verdict.Critical, "vf-record --list-devices\nafter you connect a microphone", "%s", s.noInput)
}

func (s sound) judgePermission() Check {
	const name = "microphone permission"
	switch {
	case s.system == "darwin":
		return good(name, "unknown: check the terminal in System Settings, Privacy & Security, Microphone")
	case s.server != "":
		return good(name, "granted by the sound server")
	case s.denied != "":
		return bad(name, verdict.Critical, `sudo usermod -aG audio "$(id -un)"`+"\nthen log in again",
			"no permission to read %s", s.denied)
	case len(s.nodes) > 0:
		return good(name, "granted for the sound cards")
	case s.cards:
		return bad(name, verdict.Warning,
			"pass /dev/snd (--device /dev/snd) or the sound server's socket to the container",
			"the kernel has sound cards, but they are not accessible from here")
	}
	return good(name, "not needed: no sound card")
}

func (s sound) judgeOutput() Check {
	const name = "sound output"
	switch {
	case s.system != "linux":
		return good(name, "not checked: recording does not need it")
	case len(s.sinks) > 0:
		return good(name, "%s", list(s.sinks, 3))
	}
	return bad(name, verdict.Warning, "connect loudspeakers or headphones",
		"none: you can record, but not listen to recordings")
}

// list joins up to most names, and adds "..." if there are more.
func list(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}
