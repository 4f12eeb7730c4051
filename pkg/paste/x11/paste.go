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
	// quietTime is for a program that asks more than once, as some do for
	// several forms: the text stays on the clipboard for that long after the
	// last answer.
	quietTime = 100 * time.Millisecond
)

// Receipt tells what became of a paste.
type Receipt struct {
	// Taken says that the focused window's program asked for the text and got
	// all of it.
	Taken bool
	// Verified says that it did so while it handled the key stroke, which it has
	// done by now. That cannot be told of a program of several processes, such as
	// a browser, or of one on another machine.
	Verified bool
	// Restored says that the clipboard has again what it had, in all its
	// forms. It has not where another program has taken it since, or where it
	// was too much to keep: over 64 MiB, or slower to read than 2 seconds. Where
	// the program may not have handled the stroke, the text stays there for 10
	// seconds, and what was there comes back then.
	Restored bool
}

// stroke is the key stroke by which a program pastes.
type stroke struct {
	sym        keysym
	mods       byte
	selections []string // that it may paste from
}

// strokeOf returns the stroke for a window of that class. In terminals Ctrl+V
// is a character of its own; the older ones among them, and Emacs, paste with
// Shift+Insert, from the clipboard or what is selected.
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

// Paste puts text, which must be valid UTF-8, into the focused window by way
// of the clipboard, and gives the clipboard back. It passes the text as it is:
// in a terminal a line end runs a command, so take these out before. Where the
// error is ErrNotTaken nobody asked for the text within 2 seconds, or the
// program stopped in the middle of it. A program that is busy is waited for up to
// 10 seconds more, if it shows that it is.
//
// What was on the clipboard is there only as long as the Display serves it:
// see Serve.
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
	err = d.neutral(ctx, func() error { return d.strike(ctx, t, how, o) })
	if err == nil {
		err = d.awaitTaken(ctx, o.watch)
	}
	if !d.struck(o.watch) {
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

// struck reports whether the stroke has been sent.
func (d *Display) struck(w *watch) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return w.open
}

// strike takes the clipboard and presses the keys.
func (d *Display) strike(ctx context.Context, t target, how stroke, o *offer) error {
	p, known := d.keys.presses[how.sym]
	if !known || p.mods != 0 {
		if err := d.bind(ctx, t, map[keysym]bool{how.sym: true}); err != nil {
			return err
		}
		p = d.keys.presses[how.sym]
		d.keys.note(t)
	}
	for i, code := range d.keys.mods {
		if how.mods&(1<<i) != 0 && code == 0 {
			return errors.New("the keyboard layout has no Control or Shift key, which pasting needs: type the text")
		}
	}
	for _, selection := range how.selections {
		own := *o // each has a time of its own, and all the same watch
		if err := d.take(selection, &own); err != nil {
			return err
		}
	}
	if err := d.keeps(t); err != nil {
		return err
	}
	d.moved(o.watch, func() { o.watch.open = true })
	d.hold(0, how.mods)
	d.key(xproto.KeyPress, p.code)
	d.key(xproto.KeyRelease, p.code)
	d.hold(how.mods, 0)
	return d.round()
}

// awaitTaken waits until the program has the text and asks no more, but no
// longer than takeTime for the latter.
func (d *Display) awaitTaken(ctx context.Context, w *watch) error {
	var enough time.Time // when not to wait for more questions
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

// awaitMove waits until something happens to a paste, or for that long.
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

// giveBack offers what was there before in place of the text, and tells whether
// that is all of it.
func (d *Display) giveBack(before map[string]saved, text *offer) bool {
	all := true
	for selection, s := range before {
		current := d.offered(selection)
		if current == nil || current.watch != text.watch {
			// It was never taken, or another program has it now.
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

// Serve waits until the Display has no clipboard content to serve any more,
// since other programs have taken the clipboard: a process that pasted should
// not end before. It returns nil at once if there is none, the error of ctx
// when that ends, and ErrGone when the connection does. The serving itself goes
// on in any case until Close.
func (d *Display) Serve(ctx context.Context) error {
	for {
		d.mu.Lock()
		n, changed := len(d.offers), d.changed
		d.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-d.gone:
			return ErrGone
		}
	}
}
