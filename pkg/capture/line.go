package capture

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gordonklaus/portaudio"

	"voiceflow/pkg/audio"
)

const (
	// rawTime is how much audio can wait for the converter. It is generous,
	// because a process that was suspended receives everything that the sound
	// server has buffered for it in one go.
	rawTime = 30 * time.Second
	// minLatency results in blocks of 25 ms, and a busy machine may be up to four of
	// them late. These few milliseconds do a recording no harm.
	minLatency = 100 * time.Millisecond
)

// PulseAudio needs no settings beyond this latency: its ALSA plugin asks for
// blocks of the matching size and gets them; PULSE_LATENCY_MSEC would only make
// them larger. The monitor of an idle null sink delivers its first sample late to
// every program, because the sink renders silence up to 2 s ahead and finishes
// that block first (50 ms with norewinds=1). No sound is lost by this: those
// seconds come before the first sample.

// line is a PortAudio stream together with what its callback records about it.
type line struct {
	name     string
	rate     float64 // Hz
	channels int
	stream   *portaudio.Stream
	closed   bool
	raw      *audio.Ring // unconverted frames, channels interleaved

	clock      time.Time    // origin of the times below
	blocks     atomic.Int64 // callbacks so far
	began      atomic.Int64 // start of the first block, ns
	first      atomic.Int64 // arrival of the first block, ns
	last       atomic.Int64 // arrival of the last block, ns
	frames     atomic.Int64 // received so far
	overflows  atomic.Int64
	overflowAt atomic.Int64 // frames before the last overflow
	dropAt     atomic.Int64 // frames before the last loss in raw
	dropping   atomic.Bool  // raw had no room for the last block
}

// take is PortAudio's callback: it must not block, allocate or panic.
func (l *line) take(in []int16, _ portaudio.StreamCallbackTimeInfo, flags portaudio.StreamCallbackFlags) {
	now, before, frames := int64(time.Since(l.clock)), l.frames.Load(), int64(len(in)/l.channels)
	l.last.Store(now)
	if l.blocks.Load() == 0 {
		l.first.Store(now)
		l.began.Store(now - int64(float64(frames)/l.rate*float64(time.Second)))
	}
	if flags&portaudio.InputOverflow != 0 {
		l.overflowAt.Store(before)
		l.overflows.Add(1)
	}
	n := l.raw.Write(in)
	if n < len(in) && !l.dropping.Load() {
		l.dropAt.Store(before + int64(n/l.channels))
	}
	l.dropping.Store(n < len(in))
	l.frames.Store(before + frames)
	l.blocks.Add(1)
}

// time converts a time recorded by the callback.
func (l *line) time(ns *atomic.Int64) time.Time {
	return l.clock.Add(time.Duration(ns.Load()))
}

// recorded converts a number of the device's frames to samples at 16 kHz.
func (l *line) recorded(frames int64) int64 {
	return int64(float64(frames) * audio.SampleRate / l.rate)
}

// alive reports whether PortAudio is still waiting for the device. Its thread
// ends when the device or server goes away (with ALSA), and then sets the CPU
// load to zero, which a working stream never has.
func (l *line) alive() bool { return l.stream.CpuLoad() > 0 }

// format is a way to open a device.
type format struct {
	rate     float64
	channels int
}

// formats returns the ways to try, best first: first the recording's rate, then
// the device's own. Mono is not requested if a particular channel is wanted,
// because a sound server would mix all of them, or if the device has two
// channels, because some systems would deliver only the first.
func formats(d *portaudio.DeviceInfo, channel int) []format {
	least := max(channel, 1)
	if channel > 0 || d.MaxInputChannels == 2 {
		least = min(max(channel, 2), d.MaxInputChannels)
	}
	ways := []format{{audio.SampleRate, least}}
	for _, n := range []int{least, 2, d.MaxInputChannels} {
		f := format{d.DefaultSampleRate, n}
		if n >= least && n <= d.MaxInputChannels && f != ways[len(ways)-1] {
			ways = append(ways, f)
		}
	}
	return ways
}

// open starts recording from a device.
func open(wanted string, channel int) (*line, error) {
	d, err := find(wanted)
	if err != nil {
		return nil, err
	}
	if most := d.info.MaxInputChannels; channel > most {
		return nil, fmt.Errorf("microphone %q: %w: channel %d of %d; choose another --channel or --device",
			d.Name, ErrNoChannel, channel, most)
	}
	var tried string
	for _, f := range formats(d.info, channel) {
		var l *line
		if l, err = start(d, f); err == nil {
			return l, nil
		}
		tried += fmt.Sprintf(", %g Hz with %d channels", f.rate, f.channels)
	}
	return nil, fmt.Errorf("cannot record from microphone %q (tried%s): %w; if it is in use, choose another with --device",
		d.Name, tried[1:], err)
}

func start(d input, f format) (*line, error) {
	d.route()
	p := portaudio.HighLatencyParameters(d.info, nil)
	p.Input.Latency = max(p.Input.Latency, minLatency)
	p.Input.Channels, p.SampleRate = f.channels, f.rate
	p.FramesPerBuffer = portaudio.FramesPerBufferUnspecified
	l := &line{
		name: d.Name, rate: f.rate, channels: f.channels, clock: time.Now(),
		raw: audio.NewRing(int(rawTime.Seconds()*f.rate) * f.channels),
	}
	var err error
	if l.stream, err = portaudio.OpenStream(p, l.take); err != nil {
		return nil, err
	}
	if err := l.stream.Start(); err != nil {
		return nil, errors.Join(err, l.stream.Close())
	}
	return l, nil
}

// close ends the stream; its samples remain in raw.
func (l *line) close() error {
	l.closed = true
	defer l.raw.CloseWrite()
	return errors.Join(l.stream.Stop(), l.stream.Close())
}
