package preflight

import (
	"context"
	"errors"
	"slices"
	"strings"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/verdict"
	"voiceflow/pkg/event"
)

var (
	panes      = []string{"tmux", "screen"}
	clipboards = []string{"wl-copy", "xclip", "xsel", "pbcopy"}
	x11Only    = []string{"x11", "x11-paste", "xdotool"} // on Wayland they reach only some windows
)

// desktop describes where text can be typed or pasted.
type desktop struct {
	works          map[string]bool
	lacks          map[string]string
	names          []string // methods that work, in vf-paste's order
	wayland, x11   bool     // there is a display
	system, failed string   // failed: why vf-paste could not be queried
}

func (p Probe) typing(ctx context.Context, d distribution) []Check {
	w := desktop{
		works: map[string]bool{}, lacks: map[string]string{}, system: p.System,
		wayland: p.Getenv("WAYLAND_DISPLAY") != "", x11: p.Getenv("DISPLAY") != "",
	}
	out, err := p.query(ctx, "vf-paste", "methods", "--json")
	switch {
	case errors.Is(err, errConfiguration):
		return forDictation(unknown("typing", err), unknown("clipboard", err))
	case err != nil:
		w.failed = err.Error()
	case out.Code != exitcode.OK:
		w.failed = lastMessage(out)
	}
	for lines := event.NewReader(strings.NewReader(out.Stdout)); lines.Scan(); {
		m, ok := lines.Record().(*event.Method)
		if !ok || !m.Auto {
			continue
		}
		w.works[m.Name], w.lacks[m.Name] = m.Works, m.Lacks
		if m.Works {
			w.names = append(w.names, m.Name)
		}
	}
	return forDictation(w.judgeTyping(d), w.judgeClipboard(d))
}

// working returns the working methods among names.
func (w desktop) working(names ...string) []string {
	return w.filter(func(method string) bool { return slices.Contains(names, method) })
}

// workingExcept returns the working methods that are not among names.
func (w desktop) workingExcept(names ...string) []string {
	return w.filter(func(method string) bool { return !slices.Contains(names, method) })
}

func (w desktop) filter(match func(method string) bool) []string {
	var found []string
	for _, n := range w.names {
		if match(n) {
			found = append(found, n)
		}
	}
	return found
}

func (w desktop) judgeTyping(d distribution) Check {
	const name = "typing"
	windows := w.workingExcept(slices.Concat(panes, clipboards)...)
	all := w.workingExcept(slices.Concat(panes, clipboards, x11Only)...)
	ydotool := d.install("ydotool") + "\nthen start ydotoold"
	switch {
	case w.failed != "":
		return bad(name, verdict.Critical, "vf-paste methods", "vf-paste methods: %s", w.failed)
	case len(windows) > 0 && len(all) == 0 && w.wayland:
		return bad(name, verdict.Warning, ydotool, "%s: only reaches windows of X11 programs, not of Wayland programs",
			list(windows, 3))
	case len(windows) > 0:
		return good(name, "%s", list(windows, 4))
	case len(w.working(panes...)) > 0:
		return good(name, "%s: text goes to the pane", list(w.working(panes...), 2))
	}
	return w.judgeNoTyping(ydotool)
}

func (w desktop) judgeNoTyping(ydotool string) Check {
	const name = "typing"
	remedy := "run it in the desktop session or in tmux; vf-paste --method stdout needs neither"
	status, found := verdict.Critical, "no way to enter text"
	if c := w.working(clipboards...); len(c) > 0 {
		status, found = verdict.Warning, "only the clipboard ("+list(c, 2)+"), from which you paste by hand"
	}
	switch {
	case w.system == "darwin":
		remedy = "System Settings, Privacy & Security, Accessibility: allow the terminal"
	case w.wayland:
		remedy, found = ydotool, found+": "+w.lacks["wayland"]
	case w.x11:
		remedy, found = "vf-paste methods", found+": "+w.lacks["x11"]
	default:
		found += ": neither WAYLAND_DISPLAY nor DISPLAY is set"
	}
	return bad(name, status, remedy, "%s", found)
}

func (w desktop) judgeClipboard(d distribution) Check {
	const name = "clipboard"
	remedy := "run it in the desktop session"
	switch {
	case len(w.working(clipboards...)) > 0:
		return good(name, "%s, for text that cannot be typed", list(w.working(clipboards...), 2))
	case w.wayland:
		remedy = d.install("wl-clipboard")
	case w.x11:
		remedy = d.install("xclip")
	}
	return bad(name, verdict.Warning, remedy, "no program for it: text that cannot be typed is saved to a file")
}
