package capture

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/gordonklaus/portaudio"

	"voiceflow/pkg/audio"
)

func TestPick(t *testing.T) {
	names := []string{"HDA Intel PCH: ALC257 Analog (hw:0,0)", "USB Microphone", "USB", "default", "7"}
	var all []input
	for i, name := range names {
		all = append(all, input{Device: Device{Index: i + 2, Name: name}})
	}
	for wanted, want := range map[string]string{
		"3":         "USB Microphone",
		"7":         "7", // a name wins over an index
		"USB":       "USB",
		"usb":       "USB Microphone", // the first of two
		"alc257":    names[0],
		"DEFAULT":   "default",
		"microwave": "",
		"99":        "",
	} {
		got := ""
		if d := pick(all, wanted); d != nil {
			got = d.Name
		}
		if got != want {
			t.Errorf("%q picks %q, want %q", wanted, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	for _, tc := range []struct {
		channels, channel int
		want              []format
	}{
		{1, 0, []format{{16000, 1}, {48000, 1}}},
		{2, 0, []format{{16000, 2}, {48000, 2}}},
		{2, 1, []format{{16000, 2}, {48000, 2}}},
		{32, 0, []format{{16000, 1}, {48000, 1}, {48000, 2}, {48000, 32}}},
		{1, 1, []format{{16000, 1}, {48000, 1}}},
		{32, 1, []format{{16000, 2}, {48000, 2}, {48000, 32}}},
		{6, 5, []format{{16000, 5}, {48000, 5}, {48000, 6}}},
	} {
		d := &portaudio.DeviceInfo{MaxInputChannels: tc.channels, DefaultSampleRate: 48000}
		if got := formats(d, tc.channel); !slices.Equal(got, tc.want) {
			t.Errorf("%d channels, channel %d: %v, want %v", tc.channels, tc.channel, got, tc.want)
		}
	}
}

func newLine(rate float64, channels, room int) *line {
	return &line{name: "test", rate: rate, channels: channels, clock: time.Now(), raw: audio.NewRing(room)}
}

// TestCallbackDoesNotAllocate tests the callback with and without room in raw.
func TestCallbackDoesNotAllocate(t *testing.T) {
	for _, room := range []int{1 << 20, 100} {
		l, block := newLine(48000, 2, room), make([]int16, 512)
		if n := testing.AllocsPerRun(100, func() {
			l.take(block, portaudio.StreamCallbackTimeInfo{}, portaudio.InputOverflow)
		}); n > 0 {
			t.Errorf("room for %d samples: %g allocations per block", room, n)
		}
	}
}

// events runs an intake on a line that has ended, and returns the events it
// reports and the samples it puts into the ring.
func events(t *testing.T, in *intake, l *line, lost *loss) (reported []Event, samples []int16) {
	t.Helper()
	in.report = func(e Event) { reported = append(reported, e) }
	l.raw.CloseWrite()
	if err := in.run(l, l.clock, lost); err != nil {
		t.Fatal(err)
	}
	in.ring.CloseWrite()
	buf := make([]int16, 1<<16)
	for {
		n, err := in.ring.Read(context.Background(), buf)
		if err != nil {
			return reported, samples
		}
		samples = append(samples, buf[:n]...)
	}
}

func kinds(events []Event) (kinds []Kind) {
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func TestFirstSound(t *testing.T) {
	l, in := newLine(audio.SampleRate, 1, 1000), &intake{ring: audio.NewRing(1000)}
	l.take(make([]int16, 300), portaudio.StreamCallbackTimeInfo{}, 0)
	l.take([]int16{0, 0, 5, 0, 6}, portaudio.StreamCallbackTimeInfo{}, 0)
	reported, samples := events(t, in, l, nil)
	if !slices.Equal(kinds(reported), []Kind{Started, FirstSound}) || reported[1].At != 302 || len(samples) != 305 {
		t.Errorf("%d samples, %+v", len(samples), reported)
	}
	if reported[0].Device != "test" || reported[0].Rate != audio.SampleRate || reported[0].Channels != 1 || reported[0].Latency < 0 {
		t.Errorf("%+v", reported[0])
	}
}

// TestOverflow checks that overflows are reported once per second.
func TestOverflow(t *testing.T) {
	l, in := newLine(32000, 1, 100000), &intake{ring: audio.NewRing(100000)}
	block := make([]int16, 320)
	for range 10 {
		l.take(block, portaudio.StreamCallbackTimeInfo{}, 0)
	}
	for range 3 {
		l.take(block, portaudio.StreamCallbackTimeInfo{}, portaudio.InputOverflow)
	}
	reported, _ := events(t, in, l, nil)
	if !slices.Equal(kinds(reported), []Kind{Started, Overflow}) || reported[1].Times != 3 || reported[1].At != 12*160 {
		t.Errorf("%+v", reported)
	}
}

// TestRawDropped checks that silence replaces samples lost before conversion.
func TestRawDropped(t *testing.T) {
	l, in := newLine(32000, 2, 6400), &intake{ring: audio.NewRing(100000), channel: 2}
	block := make([]int16, 4000) // 2000 frames, 1000 samples
	for i := range block {
		block[i] = 1000
	}
	l.take(block, portaudio.StreamCallbackTimeInfo{}, 0)
	l.take(block, portaudio.StreamCallbackTimeInfo{}, 0) // 1200 of 2000 frames fit
	l.take(block, portaudio.StreamCallbackTimeInfo{}, 0) // no room
	reported, samples := events(t, in, l, nil)
	if len(samples) != 3000 || samples[1500] != 1000 || samples[1700] != 0 || samples[2900] != 0 {
		t.Errorf("%d samples", len(samples))
	}
	last := reported[len(reported)-1]
	if last.Kind != Dropped || last.At != 1600 || last.Samples != 1400 {
		t.Errorf("%+v", reported)
	}
}

// TestRingFull checks that a loss is reported once, when it is over.
func TestRingFull(t *testing.T) {
	l, in := newLine(audio.SampleRate, 1, 100000), &intake{ring: audio.NewRing(5000)}
	l.take(slices.Repeat([]int16{1}, 9000), portaudio.StreamCallbackTimeInfo{}, 0)
	reported, samples := events(t, in, l, nil)
	if len(samples) != 9000 || samples[4999] != 1 || samples[5000] != 0 || samples[8999] != 0 {
		t.Errorf("%d samples", len(samples))
	}
	if !slices.Equal(kinds(reported), []Kind{Started, FirstSound, Dropped}) || reported[2].At != 5000 || reported[2].Samples != 4000 {
		t.Errorf("%+v", reported)
	}
}

// TestGapOfLoss checks that silence fills the time between two lines.
func TestGapOfLoss(t *testing.T) {
	l, in := newLine(audio.SampleRate, 1, 100000), &intake{ring: audio.NewRing(5000), at: 100, started: true, hasSound: true}
	l.clock = l.clock.Add(-time.Hour)
	l.take([]int16{7, 8, 9}, portaudio.StreamCallbackTimeInfo{}, 0)
	lost := &loss{at: l.time(&l.began).Add(-2 * time.Second)}
	reported, samples := events(t, in, l, lost)
	if len(samples) != 32003 || samples[31999] != 0 || samples[32000] != 7 {
		t.Errorf("%d samples", len(samples))
	}
	if !slices.Equal(kinds(reported), []Kind{Recovered}) || reported[0].At != 100 || reported[0].Samples != 32000 || in.at != 32103 {
		t.Errorf("%+v", reported)
	}
}
