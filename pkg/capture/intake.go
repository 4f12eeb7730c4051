package capture

import (
	"context"
	"io"
	"time"

	"voiceflow/pkg/audio"
)

// intake converts what lines give and puts it into the ring; it outlives a
// line. Only one goroutine may use it at a time.
type intake struct {
	ring    *audio.Ring
	report  func(Event)
	channel int

	at      int64 // samples of the recording so far, with gaps
	started bool  // a sample has come
	heard   bool  // one that was not zero has come
	dropped Event // the loss under way; Samples is 0 if there is none
}

func (in *intake) tell(l *line, e Event) {
	e.Device, e.Rate, e.Channels = l.name, l.rate, l.channels
	in.report(e)
}

// run takes all that a line gives, until its raw ring is closed for writing.
func (in *intake) run(l *line, called time.Time, lost *loss) error {
	c, err := newConverter(l.rate, l.channels, in.channel)
	if err != nil {
		return err
	}
	defer c.close()
	var faults *faults
	buf := make([]int16, 2048*l.channels)
	for {
		n, err := l.raw.Read(context.Background(), buf)
		if err == io.EOF {
			break
		}
		if faults == nil {
			in.begin(l, called, lost)
			faults = newFaults(in, l)
		}
		out, err := c.convert(buf[:n])
		if err != nil {
			return err
		}
		in.put(l, out)
		faults.look(false)
	}
	out, err := c.flush()
	in.put(l, out)
	in.endDropped(l)
	if faults != nil {
		faults.look(true)
	}
	return err
}

// begin is called at the first samples of a line. A gap before the first of
// all is no part of the recording.
func (in *intake) begin(l *line, called time.Time, lost *loss) {
	if !in.started {
		in.started = true
		in.tell(l, Event{Kind: Started, Latency: l.time(&l.first).Sub(called)})
		return
	}
	gap := max(int64(l.time(&l.began).Sub(lost.at).Seconds()*audio.SampleRate), 0)
	in.ring.Skip(gap)
	in.tell(l, Event{Kind: Recovered, At: in.at, Samples: gap})
	in.at += gap
}

// put gives samples to the ring.
func (in *intake) put(l *line, samples []int16) {
	if !in.heard {
		for i, s := range samples {
			if s != 0 {
				in.heard = true
				in.tell(l, Event{Kind: FirstSound, At: in.at + int64(i)})
				break
			}
		}
	}
	n := int64(in.ring.Write(samples))
	if n > 0 {
		in.endDropped(l)
	}
	if missing := int64(len(samples)) - n; missing > 0 {
		if in.dropped.Samples == 0 {
			in.dropped = Event{Kind: Dropped, At: in.at + n}
		}
		in.dropped.Samples += missing
	}
	in.at += int64(len(samples))
}

// endDropped reports the loss that is over.
func (in *intake) endDropped(l *line) {
	if in.dropped.Samples > 0 {
		in.tell(l, in.dropped)
		in.dropped = Event{}
	}
}

// faults are those of a line, as far as they were reported.
type faults struct {
	in        *intake
	line      *line
	base      int64 // samples of the recording before the line's first
	overflows int64
	overflow  int64 // where the last was reported
	dropped   int64 // samples of the line
}

func newFaults(in *intake, l *line) *faults {
	return &faults{in: in, line: l, base: in.at, overflow: -audio.SampleRate}
}

// look reports what is new; until the end it leaves out what is not over yet
// and comes too often.
func (f *faults) look(end bool) {
	l := f.line
	if n := l.overflows.Load(); n > f.overflows && (end || f.in.at-f.overflow >= audio.SampleRate) {
		f.in.tell(l, Event{Kind: Overflow, At: f.base + l.recorded(l.overflowAt.Load()), Times: n - f.overflows})
		f.overflows, f.overflow = n, f.in.at
	}
	if n := l.raw.Dropped(); n > f.dropped && (end || !l.dropping.Load()) {
		f.in.tell(l, Event{Kind: Dropped, At: f.base + l.recorded(l.dropAt.Load()), Samples: l.recorded((n - f.dropped) / int64(l.channels))})
		f.dropped = n
	}
}
