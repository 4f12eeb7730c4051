package vad

import (
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
	"voiceflow/pkg/vad/rnnoise"
)

// Denoiser takes the noise out of a stream with RNNoise, at about 100 times real
// time. Sample for sample its output lies where the input lay; it comes about
// 90 ms later.
type Denoiser struct {
	raise, lower *soxr.Resampler
	network      *rnnoise.Network

	in       []float32 // of one Push, reused
	raised   []float32 // at 48 kHz, not yet a whole frame
	denoised []float32 // at 48 kHz, reused
	lowered  []float32 // reused
	out      []int16   // reused

	pushed, given int64 // samples in and out
	late          int   // samples that are still to be dropped, for the network is late
}

// NewDenoiser makes a denoiser at the start of a stream.
func NewDenoiser() (*Denoiser, error) {
	d := &Denoiser{late: rnnoise.Delay * audio.SampleRate / rnnoise.SampleRate}
	var err error
	if d.raise, err = soxr.New(audio.SampleRate, rnnoise.SampleRate); err != nil {
		return nil, err
	}
	if d.lower, err = soxr.New(rnnoise.SampleRate, audio.SampleRate); err != nil {
		d.raise.Close()
		return nil, err
	}
	if d.network, err = rnnoise.New(); err != nil {
		d.raise.Close()
		d.lower.Close()
		return nil, err
	}
	return d, nil
}

// Push takes the next samples and returns those that are done, which are valid
// until the next call.
func (d *Denoiser) Push(samples []int16) ([]int16, error) {
	d.pushed += int64(len(samples))
	d.in = audio.Float32(d.in[:0], samples)
	var err error
	if d.raised, err = d.raise.Process(d.raised, d.in); err != nil {
		return nil, err
	}
	if d.lowered, err = d.lower.Process(d.lowered[:0], d.denoise()); err != nil {
		return nil, err
	}
	return d.give(), nil
}

// Flush ends the stream and returns the samples that are still owed: with those
// before, as many as were pushed.
func (d *Denoiser) Flush() ([]int16, error) {
	var err error
	if d.raised, err = d.raise.Flush(d.raised); err != nil {
		return nil, err
	}
	// Silence follows, for the frame begun and what the network owes.
	d.raised = append(d.raised, make([]float32, rnnoise.FrameSize+rnnoise.Delay)...)
	if d.lowered, err = d.lower.Process(d.lowered[:0], d.denoise()); err != nil {
		return nil, err
	}
	if d.lowered, err = d.lower.Flush(d.lowered); err != nil {
		return nil, err
	}
	return d.give(), nil
}

// denoise takes the noise out of the whole frames of raised.
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

// give hands out lowered, as far as there was input for it.
func (d *Denoiser) give() []int16 {
	skip := min(d.late, len(d.lowered))
	d.late -= skip
	ready := d.lowered[skip:]
	ready = ready[:min(int64(len(ready)), d.pushed-d.given)]
	d.given += int64(len(ready))
	d.out = audio.Int16(d.out[:0], ready)
	return d.out
}

// Close frees the denoiser; it may be called twice.
func (d *Denoiser) Close() {
	d.raise.Close()
	d.lower.Close()
	d.network.Close()
}
