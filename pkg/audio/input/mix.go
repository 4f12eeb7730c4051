package input

import "math"

// mixer makes one channel out of several: the requested one, or their mean. If
// the channels cancel each other out, for example because two wires of a cable
// are swapped, next to nothing of them is left in the mean; the mixer then
// falls back to the loudest channel.
type mixer struct {
	channels  int
	requested int // channel counted from 1; 0 for the mean

	energy         []float64 // recent energy of each channel
	mean           float64   // recent energy of the mean
	fallback       int       // channel used instead of the mean, or -1
	previous       int       // fallback before the last ramp, or -1
	ramp           int       // frames left of the ramp from previous to fallback
	lastFallback   int       // channel counted from 1; 0 if there was none
	frames         int       // all frames
	fallbackFrames int       // frames with a fallback
}

const (
	fadeFrames = 48000 // frames in which an energy decays to 1/e: 1 to 3 s
	rampFrames = 256   // frames over which channels are cross-faded, to avoid a click

	// Channels cancel each other out if the energy of their mean, relative to that
	// of independent sounds, falls below cancelRatio. Above returnRatio the mean
	// is used again. Two microphones that pick up the same voice stay well above.
	cancelRatio = 0.2
	returnRatio = 0.5
	// silentEnergy is the energy of a frame at -80 dBFS; noise below it proves
	// nothing.
	silentEnergy = 1e-8
)

func newMixer(channels, requested int) *mixer {
	return &mixer{channels: channels, requested: requested, energy: make([]float64, channels), fallback: -1, previous: -1}
}

// mix stores one sample per frame in dst, clipped to [-1, 1].
func (m *mixer) mix(dst, frames []float32) {
	if m.requested > 0 {
		for i := range dst {
			dst[i] = clip(frames[i*m.channels+m.requested-1])
		}
		return
	}
	for i := range dst {
		sum := 0.0
		for _, v := range frames[i*m.channels : (i+1)*m.channels] {
			sum += float64(v)
		}
		dst[i] = float32(sum / float64(m.channels))
	}
	m.measure(dst, frames)
	m.choose()
	m.frames += len(dst)
	if m.fallback >= 0 {
		m.fallbackFrames += len(dst)
	}
	for i := range dst {
		dst[i] = clip(m.sample(dst[i], frames[i*m.channels:(i+1)*m.channels]))
	}
}

// sample returns the mean or the fallback channel, cross-faded with the previous
// choice during a ramp.
func (m *mixer) sample(mean float32, frame []float32) float32 {
	now := pick(m.fallback, mean, frame)
	if m.ramp == 0 {
		return now
	}
	old := float32(m.ramp) / rampFrames
	m.ramp--
	return old*pick(m.previous, mean, frame) + (1-old)*now
}

func pick(channel int, mean float32, frame []float32) float32 {
	if channel < 0 {
		return mean
	}
	return frame[channel]
}

// measure adds the frames to the energies.
func (m *mixer) measure(mean, frames []float32) {
	fade := math.Exp(-float64(len(mean)) / fadeFrames)
	m.mean *= fade
	for c := range m.energy {
		m.energy[c] *= fade
	}
	for i, v := range mean {
		m.mean += float64(v) * float64(v)
		for c, x := range frames[i*m.channels : (i+1)*m.channels] {
			m.energy[c] += float64(x) * float64(x)
		}
	}
}

// choose decides between the mean and a fallback for the next frames.
func (m *mixer) choose() {
	total, loudest := 0.0, 0
	for c, e := range m.energy {
		total += e
		if e > m.energy[loudest] {
			loudest = c
		}
	}
	// The mean of independent sounds would have this energy.
	independent := total / float64(m.channels*m.channels)
	next := m.fallback
	switch {
	case total < silentEnergy*fadeFrames/100:
		return
	case m.fallback < 0 && m.mean < cancelRatio*independent:
		next = loudest
	case m.fallback >= 0 && m.mean > returnRatio*independent:
		next = -1
	case m.fallback >= 0 && m.energy[loudest] > 4*m.energy[m.fallback]:
		next = loudest
	}
	if next != m.fallback {
		m.previous, m.fallback, m.ramp = m.fallback, next, rampFrames
		if next >= 0 {
			m.lastFallback = next + 1
		}
	}
}

// cancelled returns the last channel used instead of the mean, counted from 1,
// or 0 if that happened in less than a tenth of the frames.
func (m *mixer) cancelled() int {
	if m.fallbackFrames*10 < m.frames {
		return 0
	}
	return m.lastFallback
}

func clip(v float32) float32 { return max(-1, min(1, v)) }
