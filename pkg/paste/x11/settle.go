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
	pingTime  = 10 * time.Second // for a window to handle what was sent to it
	watchTime = 5 * time.Second  // for a program to be seen asleep
	lookEvery = 10 * time.Millisecond
	looks     = 5 // at which it must be asleep, one after the other
)

var errNotHandled = errors.New("the program does not handle its keys: wait until it responds again")

// settle waits until the programs have handled all keys with our symbols. A
// program that has gone has nothing left to handle.
func (d *Display) settle(ctx context.Context) error {
	k := &d.keys
	for len(k.typed) > 0 {
		if err := d.handled(ctx, k.typed[0]); err != nil {
			return err
		}
		k.typed = k.typed[1:]
	}
	k.sent = 0
	return nil
}

func (d *Display) handled(ctx context.Context, t target) error {
	if err := d.round(); err != nil {
		return err
	}
	protocols, _, err := d.property(t.top, "WM_PROTOCOLS")
	if err != nil {
		var gone xproto.WindowError
		if errors.As(err, &gone) {
			return nil
		}
		return fmt.Errorf("look at the focused window: %w", err)
	}
	if d.lists(protocols, "_NET_WM_PING") {
		return d.ping(ctx, t.top)
	}
	if pid := d.process(t.top); pid != 0 {
		_, err := d.asleep(ctx, pid)
		return err
	}
	return d.pause(ctx, 200*time.Millisecond+time.Duration(d.keys.sent)*time.Millisecond)
}

// lists reports whether a list of atoms has that one.
func (d *Display) lists(atoms []byte, name string) bool {
	for ; len(atoms) >= 4; atoms = atoms[4:] {
		if xproto.Atom(xgb.Get32(atoms)) == d.atoms[name] {
			return true
		}
	}
	return false
}

// ping asks the window to answer when it has handled what came before.
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

// asleep waits until all threads of a process of this machine are seen asleep
// several times in a row, which a process with keys to handle is not: it is
// running, or waits for its turn to. The one other reason for it to sleep
// before it is done is an answer of the server, so each look comes after a
// round trip in which the server had the time to give it. A program that never
// sleeps is given up after watchTime, seen is then false: what keeps it busy is
// something else.
func (d *Display) asleep(ctx context.Context, pid int) (seen bool, err error) {
	row := 0
	for end := time.Now().Add(watchTime); row < looks && time.Now().Before(end); {
		if err := d.pause(ctx, lookEvery); err != nil {
			return false, err
		}
		if err := d.round(); err != nil {
			return false, err
		}
		row++
		if running(pid) {
			row = 0
		}
	}
	return row >= looks, nil
}

// running tells whether any thread of the process is about to do something.
func running(pid int) bool {
	stats, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		// The state follows the name, which is in brackets and may hold some.
		if i := strings.LastIndexByte(string(stat), ')'); err == nil && i >= 0 && !strings.HasPrefix(string(stat[i:]), ") S") {
			return true
		}
	}
	return false
}

// process asks the server which process of this machine made the window, 0 if
// it cannot tell.
func (d *Display) process(w xproto.Window) int {
	if d.resource == 0 {
		return 0
	}
	b := make([]byte, 16)
	b[0], b[1] = d.resource, 4 // QueryClientIds
	xgb.Put16(b[2:], 4)
	xgb.Put32(b[4:], 1)         // one question
	xgb.Put32(b[8:], uint32(w)) // the client that made w
	xgb.Put32(b[12:], 2)        // its process if it is on this machine
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
