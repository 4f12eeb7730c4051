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
	// rawTime is how much of a device's samples wait for the converter. It is
	// plenty: a process that was stopped for a while finds all that a sound
	// server kept for it at once.
	rawTime = 30 * time.Second
	// minLatency makes blocks of 25 ms, in four of which a busy machine may be
	// late; nobody waits for these few milliseconds.
	minLatency = 100 * time.Millisecond
)

// PulseAudio needs no telling beyond this latency: ALSA's plugin for it asks for
// blocks of the size that follows, and gets them. PULSE_LATENCY_MSEC would only
// make them larger. What comes late is a first sample from the monitor of an
// idle null sink, for whatever program: the sink has made its silence up to 2 s
// ahead and ends that block first (norewinds=1 makes it 50 ms). Nothing is lost
// thereby: those seconds come before the first sample.

// line is a stream of PortAudio's and what its callback notes down.
type line struct {
	name     string
	rate     float64 // Hz
	channels int
	stream   *portaudio.Stream
	closed   bool
	raw      *audio.Ring // frames as they come, channels interleaved

	clock      time.Time    // what the times below count from
	blocks     atomic.Int64 // callbacks so far
	began      atomic.Int64 // when the first block began, ns
	first      atomic.Int64 // when the first block came, ns
	last       atomic.Int64 // when the last block came, ns
	frames     atomic.Int64 // that have come
	overflows  atomic.Int64
	overflowAt atomic.Int64 // frames before the last overflow
	dropAt     atomic.Int64 // frames before the last loss in raw
	dropping   atomic.Bool  // raw had no room for the last block
}

// take is PortAudio's callback: it must neither wait nor allocate nor panic.
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

// time is a time that the callback has noted down.
func (l *line) time(noted *atomic.Int64) time.Time {
	return l.clock.Add(time.Duration(noted.Load()))
}

// recorded is how many samples of a recording so many frames make.
func (l *line) recorded(frames int64) int64 {
	return int64(float64(frames) * audio.SampleRate / l.rate)
}

// alive tells whether PortAudio still waits for the device: when its thread
// ends, as that of ALSA does when a device or server goes, it sets the load to
// zero, which a stream that works never has.
func (l *line) alive() bool { return l.stream.CpuLoad() > 0 }

// format is a way to open a device.
type format struct {
	rate     float64
	channels int
}

// formats are the ways to try, the best first: as the recording is to be, then
// as the device is. Mono is not asked for where one channel is wanted, as a
// sound server would mix it of all, nor of a device that has two channels, as
// some systems would give the first alone.
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

// open starts to record from a device.
func open(wanted string, channel int) (*line, error) {
	d, err := find(wanted)
	if err != nil {
		return nil, err
	}
	if channel > d.MaxInputChannels {
		return nil, fmt.Errorf("microphone %q: %w: it has %d, channel %d was asked for; choose another --channel or --device",
			d.Name, ErrNoChannel, d.MaxInputChannels, channel)
	}
	var tried string
	for _, f := range formats(d, channel) {
		var l *line
		if l, err = start(d, f); err == nil {
			return l, nil
		}
		tried += fmt.Sprintf(", %g Hz of %d channels", f.rate, f.channels)
	}
	return nil, fmt.Errorf("microphone %q does not record (tried%s): %w; is it in use? choose another with --device", d.Name, tried[1:], err)
}

func start(d *portaudio.DeviceInfo, f format) (*line, error) {
	p := portaudio.HighLatencyParameters(d, nil)
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

// close ends the stream; the samples it has given wait in raw.
func (l *line) close() error {
	l.closed = true
	defer l.raw.CloseWrite()
	return errors.Join(l.stream.Stop(), l.stream.Close())
}
