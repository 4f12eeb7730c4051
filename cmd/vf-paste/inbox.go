package main

import (
	"context"
	"slices"
	"sync"

	"voiceflow/pkg/event"
)

// dictating is one dictation of the stream: what lies between two of its marks, or all of
// it if there are none.
type dictating struct {
	ctx    context.Context // done when the user has cancelled the dictation
	cancel context.CancelFunc
	marked bool // it began with a mark, so it will end with one
}

// item is a record with its dictation.
type item struct {
	record event.Record
	in     *dictating
}

// most is how many records may wait to be delivered; a cancel behind that many is late.
const most = 4096

// inbox reads records while others are delivered, so that a cancel overtakes them.
type inbox struct {
	ctx     context.Context // of all dictations
	mu      sync.Mutex
	changed sync.Cond // an item came or went
	waiting []item
	ended   bool
	err     error // that ended the stream
	broken  error // why the stream is not whole
	between bool  // it was cut short between two dictations
}

// openInbox starts to read records. cut reports, at their end, whether the program has
// stopped reading because of SIGTERM.
func openInbox(ctx context.Context, from *event.Reader, cut func() bool) *inbox {
	in := &inbox{ctx: ctx}
	in.changed.L = &in.mu
	go in.read(from, cut)
	return in
}

func (in *inbox) read(from *event.Reader, cut func() bool) {
	now, ended := in.start(false), (*dictating)(nil)
	for from.Scan() {
		now, ended = in.sort(from.Record(), now, ended)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.ended, in.err = true, from.Err()
	in.broken, in.between = from.BrokenOff(cut())
	in.changed.Broadcast()
}

func (in *inbox) start(marked bool) *dictating {
	d := &dictating{marked: marked}
	d.ctx, d.cancel = context.WithCancel(in.ctx)
	return d
}

// sort keeps a record for delivery if it matters here, and returns the dictation that
// later ones belong to, and the one that has ended if nothing has come since: its text may
// still be on its way when the user cancels it.
func (in *inbox) sort(record event.Record, now, ended *dictating) (*dictating, *dictating) {
	switch r := record.(type) {
	case *event.Transcript, *event.Failure, *event.SyntaxError, *event.Partial:
		in.add(item{record, now})
		ended = nil
	case *event.Mark:
		switch r.Mark {
		case event.MarkBegin:
			now, ended = in.start(true), nil
			in.add(item{record, now})
		case event.MarkEnd:
			in.add(item{record, now})
			now, ended = in.start(false), now
		case event.MarkCancel:
			if ended == nil {
				now, ended = in.start(false), now
			}
			ended.cancel()
			in.add(item{record, ended})
		}
	}
	return now, ended
}

// add adds an item. It drops those that it makes useless.
func (in *inbox) add(i item) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.waiting = slices.DeleteFunc(in.waiting, func(old item) bool {
		p, partial := old.record.(*event.Partial)
		if old.in != i.in {
			return false
		}
		switch r := i.record.(type) {
		case *event.Partial:
			return partial && p.ID == r.ID
		case *event.Transcript:
			return partial && p.ID == r.ID
		case *event.Mark:
			return r.Mark == event.MarkCancel && !isMark(old.record)
		}
		return false
	})
	for len(in.waiting) >= most {
		in.changed.Wait()
	}
	in.waiting = append(in.waiting, i)
	in.changed.Broadcast()
}

func isMark(r event.Record) bool {
	_, is := r.(*event.Mark)
	return is
}

// next returns the next item, or false at the end of the stream.
func (in *inbox) next() (item, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.waiting) == 0 {
		if in.ended {
			return item{}, false
		}
		in.changed.Wait()
	}
	i := in.waiting[0]
	in.waiting = in.waiting[1:]
	in.changed.Broadcast()
	return i, true
}
