package x11

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	pingTime  = 10 * time.Second // for a window to handle its events
	watchTime = 5 * time.Second  // for a program to fall asleep
	lookEvery = 10 * time.Millisecond
	looks     = 5 // looks in a row that must find it asleep
)

var errNotHandled = errors.New("the program does not handle its keys: wait until it responds again")

// settle waits until the programs have handled all keys with our symbols.
func (d *Display) settle(ctx context.Context) error {
	k := &d.keys
	for len(k.typed) > 0 {
		if err := d.awaitHandled(ctx, k.typed[0]); err != nil {
			return err
		}
		k.typed = k.typed[1:]
	}
	k.sent = 0
	return nil
}

// awaitHandled waits until the program of a window has handled its keys, or has ended.
func (d *Display) awaitHandled(ctx context.Context, t target) error {
	if err := d.roundTrip(); err != nil {
		return err
	}
	protocols, _, err := d.property(t.top, "WM_PROTOCOLS")
	if err != nil {
		var gone xproto.WindowError
		if errors.As(err, &gone) {
			return nil
		}
		return fmt.Errorf("inspect the focused window: %w", err)
	}
	if d.containsAtom(protocols, "_NET_WM_PING") {
		return d.ping(ctx, t.top)
	}
	if pid := d.process(t.top); pid != 0 {
		_, err := d.awaitAsleep(ctx, pid)
		return err
	}
	return d.pause(ctx, 200*time.Millisecond+time.Duration(d.keys.sent)*time.Millisecond)
}

// containsAtom reports whether a list of atoms contains the named one.
func (d *Display) containsAtom(atoms []byte, name string) bool {
	for ; len(atoms) >= 4; atoms = atoms[4:] {
		if xproto.Atom(xgb.Get32(atoms)) == d.atoms[name] {
			return true
		}
	}
	return false
}

// ping waits until the window has handled all earlier events.
func (d *Display) ping(ctx context.Context, top xproto.Window) error {
	d.serial++
	e := xproto.ClientMessageEvent{Format: 32, Window: top, Type: d.atoms["WM_PROTOCOLS"],
		Data: xproto.ClientMessageDataUnionData32New([]uint32{
			uint32(d.atoms["_NET_WM_PING"]), d.serial, uint32(top), 0, 0})}
	xproto.SendEvent(d.conn, false, top, xproto.EventMaskNoEvent, string(e.Bytes()))
	timeout := time.NewTimer(pingTime)
	defer timeout.Stop()
	for {
		select {
		case serial := <-d.pongs:
			if serial == d.serial {
				return nil
			}
		case <-timeout.C:
			return errNotHandled
		case <-ctx.Done():
			return ctx.Err()
		case <-d.gone:
			return ErrGone
		}
	}
}

// awaitAsleep waits until all threads of a local process are seen asleep several times
// in a row. A process with keys to handle is running or ready to run, unless it
// waits for an answer from the server; a round trip before each look gives the
// server time to send that. After watchTime, awaitAsleep gives up and seen is false: the
// program is busy with something else.
func (d *Display) awaitAsleep(ctx context.Context, pid int) (seen bool, err error) {
	row := 0
	for end := time.Now().Add(watchTime); row < looks && time.Now().Before(end); {
		if err := d.pause(ctx, lookEvery); err != nil {
			return false, err
		}
		if err := d.roundTrip(); err != nil {
			return false, err
		}
		row++
		if running(pid) {
			row = 0
		}
	}
	return row >= looks, nil
}

// running reports whether any thread of the process is not asleep.
func running(pid int) bool {
	stats, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // the thread has ended
		}
		// The state follows the name, which is in parentheses and may contain some.
		i := strings.LastIndexByte(string(stat), ')')
		if i >= 0 && !strings.HasPrefix(string(stat[i:]), ") S") {
			return true
		}
	}
	return false
}

// process asks the server which local process created the window. It returns 0 if
// that is not known.
func (d *Display) process(w xproto.Window) int {
	if d.resource == 0 {
		return 0
	}
	b := make([]byte, 16)
	b[0], b[1] = d.resource, 4 // QueryClientIds
	xgb.Put16(b[2:], 4)
	xgb.Put32(b[4:], 1)         // one query
	xgb.Put32(b[8:], uint32(w)) // for the client that created w
	xgb.Put32(b[12:], 2)        // for its process ID, if it is local
	r, err := d.ask(b)
	if err != nil || len(r) < 48 || xgb.Get32(r[8:]) == 0 {
		return 0
	}
	pid := int(xgb.Get32(r[44:]))
	if _, err := os.Stat("/proc/" + strconv.Itoa(pid) + "/task"); err != nil {
		return 0
	}
	return pid
}
