package capture

import (
	"context"
	"io"
	"time"

	"voiceflow/pkg/audio"
)

// intake converts the samples of one line after another and puts them into the
// ring. Only one goroutine may use it at a time.
type intake struct {
	ring    *audio.Ring
	report  func(Event)
	channel int

	at       int64 // samples in the recording so far, including gaps
	started  bool  // the first sample has arrived
	hasSound bool  // a sample other than zero has arrived
	dropped  Event // the current loss; its Samples is 0 if there is none
}

func (in *intake) emit(l *line, e Event) {
	e.Device, e.Rate, e.Channels = l.name, l.rate, l.channels
	in.report(e)
}

// run takes a line's samples until its raw ring is closed for writing.
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
		faults.check(false)
	}
	out, err := c.flush()
	in.put(l, out)
	in.endDropped(l)
	if faults != nil {
		faults.check(true)
	}
	return err
}

// begin is called on the first samples of a line. The recording starts with the
// very first sample, not with a gap.
func (in *intake) begin(l *line, called time.Time, lost *loss) {
	if !in.started {
		in.started = true
		in.emit(l, Event{Kind: Started, Latency: l.time(&l.first).Sub(called)})
		return
	}
	gap := max(int64(l.time(&l.began).Sub(lost.at).Seconds()*audio.SampleRate), 0)
	in.ring.Skip(gap)
	in.emit(l, Event{Kind: Recovered, At: in.at, Samples: gap})
	in.at += gap
}

// put writes samples to the ring.
func (in *intake) put(l *line, samples []int16) {
	if !in.hasSound {
		for i, s := range samples {
			if s != 0 {
				in.hasSound = true
				in.emit(l, Event{Kind: FirstSound, At: in.at + int64(i)})
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

// endDropped reports the current loss, if there is one, as over.
func (in *intake) endDropped(l *line) {
	if in.dropped.Samples > 0 {
		in.emit(l, in.dropped)
		in.dropped = Event{}
	}
}

// faults keeps track of which faults of a line have been reported.
type faults struct {
	in         *intake
	line       *line
	base       int64 // position of the line's first sample in the recording
	overflows  int64 // reported so far
	overflowAt int64 // position when an overflow was last reported
	dropped    int64 // samples of the line reported as dropped
}

func newFaults(in *intake, l *line) *faults {
	return &faults{in: in, line: l, base: in.at, overflowAt: -audio.SampleRate}
}

// check reports new faults. Before the end of the line it holds back a loss that
// is still going on, and more than one overflow per second.
func (f *faults) check(end bool) {
	l := f.line
	if n := l.overflows.Load(); n > f.overflows && (end || f.in.at-f.overflowAt >= audio.SampleRate) {
		f.in.emit(l, Event{Kind: Overflow, At: f.base + l.recorded(l.overflowAt.Load()), Times: n - f.overflows})
		f.overflows, f.overflowAt = n, f.in.at
	}
	if n := l.raw.Dropped(); n > f.dropped && (end || !l.dropping.Load()) {
		samples := l.recorded((n - f.dropped) / int64(l.channels))
		f.in.emit(l, Event{Kind: Dropped, At: f.base + l.recorded(l.dropAt.Load()), Samples: samples})
		f.dropped = n
	}
}
