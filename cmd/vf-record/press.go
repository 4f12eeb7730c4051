package main

import (
	"bytes"
	"cmp"
	"os"
	"strconv"
	"time"
)

// moment is when a process started, which is when the key was pressed. Moments can be
// compared, even if the processes reach the recorder in another order.
type moment struct {
	At  int64 `json:"at"`  // nanoseconds
	PID int   `json:"pid"` // decides between moments that are equal
}

// tick is the unit in which Linux reports start times.
const tick = 10 * time.Millisecond

// started is when this program started, for systems that do not report it.
var started = time.Now()

// processStart returns when this process started.
func processStart() moment {
	m := moment{At: started.UnixNano(), PID: os.Getpid()}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return m
	}
	// The name, in parentheses, may contain anything. The start time is the 20th field
	// after it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 20 {
		return m
	}
	if ticks, err := strconv.ParseInt(string(fields[19]), 10, 64); err == nil {
		m.At = ticks * int64(tick)
	}
	return m
}

// age returns how long ago a moment was, up to limit.
func (m moment) age(limit time.Duration) time.Duration {
	now := time.Now().UnixNano()
	if uptime, err := os.ReadFile("/proc/uptime"); err == nil {
		if seconds, err := strconv.ParseFloat(string(bytes.Fields(uptime)[0]), 64); err == nil {
			now = int64(seconds * 1e9)
		}
	}
	return min(max(time.Duration(now-m.At), 0), limit)
}

func (m moment) compare(o moment) int {
	return cmp.Or(cmp.Compare(m.At, o.At), cmp.Compare(m.PID, o.PID))
}

// order remembers the latest presses, to ignore those that have been overtaken: if a stop
// that was pressed later has arrived first, the start must not undo it.
type order struct{ any, absolute moment }

// accept reports whether a press still counts.
func (o *order) accept(kind trigger, at moment) bool {
	latest := o.any
	if kind == pressToggle {
		latest = o.absolute // toggles have the same effect in any order
	}
	if at.compare(latest) < 0 {
		return false
	}
	if at.compare(o.any) > 0 {
		o.any = at
	}
	if kind != pressToggle {
		o.absolute = at
	}
	return true
}
