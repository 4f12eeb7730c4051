package x11

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jezek/xgb/xproto"
)

const (
	takeTime = 2 * time.Second // for the program to ask for the text, and for each piece of it
	// quietTime is how long the text stays on the clipboard after the last
	// answer, since some programs ask more than once, for several forms.
	quietTime = 100 * time.Millisecond
)

// Receipt describes the result of a paste.
type Receipt struct {
	// Taken means that the focused window's program asked for the text and got
	// all of it.
	Taken bool
	// Verified means that the program did so because of the keystroke, which it
	// has handled. It is always false for a program with several processes, such
	// as a browser, or on another machine, where this is not known.
	Verified bool
	// Restored means that the clipboard holds its old content again, in all
	// forms. It is false if another program has taken the clipboard since, or if
	// the old content was too large to keep: over 64 MiB, or slower to read than
	// 2 seconds. It is also false if the program may not have handled the
	// keystroke: the old content then comes back after 10 seconds.
	Restored bool
}

// stroke is the keystroke with which a program pastes.
type stroke struct {
	sym        keysym
	mods       byte
	selections []string // the selections it may paste from
}

// strokeOf returns the keystroke for a window class. In terminals, Ctrl+V is a
// character of its own; older terminals, and Emacs, paste with Shift+Insert, from
// the clipboard or the primary selection.
func strokeOf(class string) stroke {
	for _, name := range strings.Split(class, "\x00") {
		switch name {
		case "xterm", "uxterm", "urxvt", "rxvt", "st", "st-256color", "mlterm", "aterm", "eterm", "emacs":
			return stroke{symInsert, xproto.ModMaskShift, []string{"CLIPBOARD", "PRIMARY"}}
		case "gnome-terminal", "gnome-terminal-server", "org.gnome.console", "kgx", "org.gnome.ptyxis", "ptyxis",
			"konsole", "yakuake", "xfce4-terminal", "mate-terminal", "lxterminal", "qterminal", "deepin-terminal",
			"terminology", "terminator", "tilix", "guake", "tilda", "sakura", "termite", "cool-retro-term",
			"alacritty", "kitty", "org.wezfurlong.wezterm", "com.mitchellh.ghostty", "contour", "rio", "hyper", "tabby":
			return stroke{symbolOf('v'), control | xproto.ModMaskShift, []string{"CLIPBOARD"}}
		}
	}
	return stroke{symbolOf('v'), control, []string{"CLIPBOARD"}}
}

// Paste puts text, which must be valid UTF-8, into the focused window through the
// clipboard, and then restores the clipboard. It does not change the text: in a
// terminal, a line break runs a command, so remove line breaks first. The error is
// ErrNotTaken if the program did not ask for the text within 2 seconds, or stopped
// reading it half way. If the program shows that it is busy, Paste waits for up to
// 10 seconds more.
//
// The old clipboard content lasts only as long as the Display serves it: see Serve.
func (d *Display) Paste(ctx context.Context, text string) (Receipt, error) {
	if !utf8.ValidString(text) {
		return Receipt{}, errors.New("paste: the text is not valid UTF-8")
	}
	if text == "" {
		return Receipt{}, nil
	}
	result := make(chan Receipt, 1)
	err := d.work(ctx, func(ctx context.Context) error {
		r, err := d.paste(ctx, text)
		result <- r
		return err
	})
	if err != nil {
		err = fmt.Errorf("paste: %w", err)
	}
	select {
	case r := <-result:
		return r, err
	default: // the server hangs
		return Receipt{}, err
	}
}

func (d *Display) paste(ctx context.Context, text string) (Receipt, error) {
	t, err := d.target()
	if err != nil {
		return Receipt{}, err
	}
	how := strokeOf(t.class)
	before, err := d.saveBefore(ctx, how.selections)
	if err != nil {
		return Receipt{}, err
	}
	o := d.textOffer(text)
	o.watch = &watch{client: d.client(t.focus), moved: make(chan struct{}, 1)}
	err = d.neutralise(ctx, func() error { return d.strike(ctx, t, how, o) })
	if err == nil {
		err = d.awaitTaken(ctx, o.watch)
	}
	if !d.strokeSent(o.watch) {
		return Receipt{Restored: d.giveBack(before, o)}, err
	}
	pid := d.process(t.top)
	sure, err := d.confirm(ctx, t, pid, o.watch, err)
	r := Receipt{Taken: err == nil, Verified: sure && err == nil}
	if sure {
		r.Restored = d.giveBack(before, o)
	} else {
		d.lend(before, o, pid)
	}
	return r, err
}

// strokeSent reports whether the keystroke has been sent.
func (d *Display) strokeSent(w *watch) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return w.open
}

// strike takes the clipboard and presses the keys.
func (d *Display) strike(ctx context.Context, t target, how stroke, o *offer) error {
	p, ok := d.keys.presses[how.sym]
	if !ok || p.mods != 0 {
		if err := d.bind(ctx, t, map[keysym]bool{how.sym: true}); err != nil {
			return err
		}
		p = d.keys.presses[how.sym]
		d.keys.note(t)
	}
	for i, code := range d.keys.mods {
		if how.mods&(1<<i) != 0 && code == 0 {
			return errors.New("the keyboard layout has no Control or Shift key to paste with: type the text")
		}
	}
	for _, selection := range how.selections {
		copied := *o // with its own time, but the same watch
		if err := d.take(selection, &copied); err != nil {
			return err
		}
	}
	if err := d.checkFocus(t); err != nil {
		return err
	}
	d.updateWatch(o.watch, func() { o.watch.open = true })
	d.hold(0, how.mods)
	d.key(xproto.KeyPress, p.code)
	d.key(xproto.KeyRelease, p.code)
	d.hold(how.mods, 0)
	return d.roundTrip()
}

// awaitTaken waits until the program has the text and stops asking, but no longer
// than takeTime for the latter.
func (d *Display) awaitTaken(ctx context.Context, w *watch) error {
	var enough time.Time // when to stop waiting for more requests
	for wait := takeTime; ; {
		late, err := d.awaitMove(ctx, w, wait)
		if err != nil {
			return err
		}
		d.mu.Lock()
		now := *w
		d.mu.Unlock()
		if now.taken && enough.IsZero() {
			enough = time.Now().Add(takeTime)
		}
		switch {
		case now.taken && (late || time.Now().After(enough)):
			return nil
		case late:
			return ErrNotTaken
		case now.lost && !now.taken && now.running == 0:
			return errors.New("another program took the clipboard before the text was pasted: try again")
		case now.taken && now.running == 0:
			wait = quietTime
		default:
			wait = takeTime
		}
	}
}

// awaitMove waits until a paste makes progress; late means that the time ran out.
func (d *Display) awaitMove(ctx context.Context, w *watch, wait time.Duration) (late bool, err error) {
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	select {
	case <-w.moved:
		return false, nil
	case <-timeout.C:
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	case <-d.gone:
		return false, ErrGone
	}
}

// giveBack offers the old content again instead of the text, and reports whether
// all of it is restored.
func (d *Display) giveBack(before map[string]snapshot, text *offer) bool {
	all := true
	for selection, s := range before {
		current := d.offered(selection)
		if current == nil || current.watch != text.watch {
			// We never took the selection, or another program has it now.
			all = all && !d.wasLost(text.watch)
			continue
		}
		content := s.offer
		if content != nil && len(content.formats) == 0 {
			content = nil
		}
		err := d.take(selection, content)
		all = all && s.whole && err == nil
	}
	return all
}

func (d *Display) wasLost(w *watch) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return w.lost
}
