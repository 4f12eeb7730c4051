package vad

import (
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
	"voiceflow/pkg/vad/rnnoise"
)

// Denoiser removes noise from a stream with RNNoise, about 100 times faster than
// real time. The output is aligned with the input and comes about 90 ms later.
type Denoiser struct {
	up, down *soxr.Resampler
	network  *rnnoise.Network

	in       []float32 // of one Push, reused
	raised   []float32 // at 48 kHz, less than a frame
	denoised []float32 // at 48 kHz, reused
	lowered  []float32 // reused
	out      []int16   // reused

	pushed, returned int64 // samples in and out
	skip             int   // samples of the network's delay that are still to be dropped
}

// NewDenoiser returns a denoiser at the start of a stream.
func NewDenoiser() (*Denoiser, error) {
	d := &Denoiser{skip: rnnoise.Delay * audio.SampleRate / rnnoise.SampleRate}
	var err error
	if d.up, err = soxr.New(audio.SampleRate, rnnoise.SampleRate); err != nil {
		return nil, err
	}
	if d.down, err = soxr.New(rnnoise.SampleRate, audio.SampleRate); err != nil {
		d.up.Close()
		return nil, err
	}
	if d.network, err = rnnoise.New(); err != nil {
		d.up.Close()
		d.down.Close()
		return nil, err
	}
	return d, nil
}

// Push takes the next samples and returns those that are ready, valid until the
// next call.
func (d *Denoiser) Push(samples []int16) ([]int16, error) {
	d.pushed += int64(len(samples))
	d.in = audio.Float32(d.in[:0], samples)
	var err error
	if d.raised, err = d.up.Process(d.raised, d.in); err != nil {
		return nil, err
	}
	if d.lowered, err = d.down.Process(d.lowered[:0], d.denoise()); err != nil {
		return nil, err
	}
	return d.output(), nil
}

// Flush ends the stream and returns the remaining samples. In total, as many
// samples are returned as were pushed.
func (d *Denoiser) Flush() ([]int16, error) {
	var err error
	if d.raised, err = d.up.Flush(d.raised); err != nil {
		return nil, err
	}
	// Silence completes the last frame and makes up for the network's delay.
	d.raised = append(d.raised, make([]float32, rnnoise.FrameSize+rnnoise.Delay)...)
	if d.lowered, err = d.down.Process(d.lowered[:0], d.denoise()); err != nil {
		return nil, err
	}
	if d.lowered, err = d.down.Flush(d.lowered); err != nil {
		return nil, err
	}
	return d.output(), nil
}

// denoise removes the noise from the whole frames in raised.
func (d *Denoiser) denoise() []float32 {
	d.denoised = d.denoised[:0]
	rest := d.raised
	var clean [rnnoise.FrameSize]float32
	for len(rest) >= rnnoise.FrameSize {
		d.network.Process((*[rnnoise.FrameSize]float32)(rest), &clean)
		d.denoised = append(d.denoised, clean[:]...)
		rest = rest[rnnoise.FrameSize:]
	}
	d.raised = append(d.raised[:0], rest...)
	return d.denoised
}

// output converts lowered, but never returns more samples than were pushed.
func (d *Denoiser) output() []int16 {
	skip := min(d.skip, len(d.lowered))
	d.skip -= skip
	ready := d.lowered[skip:]
	ready = ready[:min(int64(len(ready)), d.pushed-d.returned)]
	d.returned += int64(len(ready))
	d.out = audio.Int16(d.out[:0], ready)
	return d.out
}

// Close frees the denoiser; it may be called twice.
func (d *Denoiser) Close() {
	d.up.Close()
	d.down.Close()
	d.network.Close()
}
