package main

import (
	"strings"
	"testing"

	"voiceflow/internal/test/badlines"
	"voiceflow/pkg/event"
)

// FuzzInbox: every record of an inbox belongs to a dictation, nothing that was cancelled
// waits behind its cancel, and the order of the rest stays.
func FuzzInbox(f *testing.F) {
	f.Add([]byte{0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 1, 1, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0})
	f.Add([]byte{8, 1, 0, 0, 2, 3, 8, 1, 0, 0, 4, 3, 7, 1, 1, 1, 1, 0, 9, 0, 0, 10, 1, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return // more than an inbox holds
		}
		in := &inbox{ctx: t.Context()}
		in.changed.L = &in.mu
		in.read(event.NewReader(strings.NewReader(badlines.Lines(data))), func() bool { return false })
		for {
			i, ok := in.next()
			if !ok {
				return
			}
			if i.in == nil {
				t.Fatalf("%+v is in no dictation", i.record)
			}
			if i.in.ctx.Err() != nil && !isMark(i.record) {
				t.Fatalf("%+v was cancelled\n%s", i.record, badlines.Lines(data))
			}
		}
	})
}

// FuzzRecords: vf-paste survives every sequence of lines.
func FuzzRecords(f *testing.F) {
	f.Add([]byte{0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 1, 1, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0})
	f.Add([]byte{8, 1, 0, 0, 2, 3, 8, 1, 0, 0, 4, 3, 7, 1, 1, 1, 1, 0, 9, 0, 0, 10, 1, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		code, _, log := started(t, badlines.Lines(data), "--method", "stdout", "--partial", "type", "--commands", "en", "--history", "2")
		if code != 0 && code != 1 {
			t.Fatalf("exit code %d: %s\n%s", code, log, badlines.Lines(data))
		}
	})
}
