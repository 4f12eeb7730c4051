package capture

import (
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
)

// converter converts a device's samples to 16 kHz mono.
type converter struct {
	channels  int
	channel   int             // counted from 1; 0 for the mean of all
	resampler *soxr.Resampler // nil if the rate is already 16 kHz
	part      []int16         // an incomplete frame
	mono      []float32
	resampled []float32
	out       []int16
}

// newConverter returns a converter from interleaved channels at a rate in Hz.
// close frees it.
func newConverter(rate float64, channels, channel int) (*converter, error) {
	c := &converter{channels: channels, channel: channel}
	if rate == audio.SampleRate {
		return c, nil
	}
	var err error
	c.resampler, err = soxr.New(rate, audio.SampleRate)
	return c, err
}

// convert takes the device's next samples, which may end in the middle of a
// frame, and returns the output that is ready, valid until the next call.
func (c *converter) convert(in []int16) ([]int16, error) {
	if c.channels == 1 && c.resampler == nil {
		return in, nil
	}
	c.mono = c.mono[:0]
	for len(in) > 0 && len(c.part) > 0 {
		c.part, in = append(c.part, in[0]), in[1:]
		if len(c.part) == c.channels {
			c.mono = append(c.mono, c.mix(c.part))
			c.part = c.part[:0]
		}
	}
	for ; len(in) >= c.channels; in = in[c.channels:] {
		c.mono = append(c.mono, c.mix(in[:c.channels]))
	}
	c.part = append(c.part, in...)
	if c.resampler == nil {
		c.out = audio.Int16(c.out[:0], c.mono)
		return c.out, nil
	}
	var err error
	c.resampled, err = c.resampler.Process(c.resampled[:0], c.mono)
	c.out = audio.Int16(c.out[:0], c.resampled)
	return c.out, err
}

// mix reduces a frame to one sample in [-1, 1).
func (c *converter) mix(frame []int16) float32 {
	if c.channel > 0 {
		return float32(frame[c.channel-1]) / 32768
	}
	sum := 0
	for _, s := range frame {
		sum += int(s)
	}
	return float32(float64(sum) / float64(32768*c.channels))
}

// flush returns the last samples, which the resampler still holds.
func (c *converter) flush() ([]int16, error) {
	if c.resampler == nil {
		return nil, nil
	}
	var err error
	c.resampled, err = c.resampler.Flush(c.resampled[:0])
	c.out = audio.Int16(c.out[:0], c.resampled)
	return c.out, err
}

func (c *converter) close() {
	if c.resampler != nil {
		c.resampler.Close()
	}
}
