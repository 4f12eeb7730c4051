package input

import "math"

// mixer makes one channel out of several: the one that was asked for, or their
// mean. Channels that cancel each other, such as those of a cable with one of
// its two wires swapped, have a mean that holds next to nothing of them; then
// it takes the loudest instead.
type mixer struct {
	channels int
	chosen   int // the channel that was asked for, counted from 1; 0: the mean

	energy  []float64 // of each channel, fading
	mean    float64   // energy of the mean, fading
	taken   int       // the channel that is taken instead of the mean, or -1
	before  int       // what was taken until the last ramp began, or -1
	ramp    int       // frames left of the change from before to taken
	instead int       // the last channel that was taken instead of the mean, counted from 1; 0: none
	frames  int       // all frames
	without int       // those for which a channel was taken
}

const (
	fadeFrames = 48000 // frames in which an energy fades to 1/e: 1 to 3 s
	rampFrames = 256   // frames for going over to another channel, so that it does not click

	// cancels is the energy of the mean below which channels cancel each other,
	// compared with that of independent sounds; above returns it takes the mean
	// again. Two microphones that hear the same voice do not come near it.
	cancels = 0.2
	returns = 0.5
	// silentEnergy is that of a frame at -80 dBFS: noise below it proves nothing.
	silentEnergy = 1e-8
)

func newMixer(channels, chosen int) *mixer {
	return &mixer{channels: channels, chosen: chosen, energy: make([]float64, channels), taken: -1, before: -1}
}

// mix stores one sample in dst for each frame, clipped to [-1, 1].
func (m *mixer) mix(dst, frames []float32) {
	if m.chosen > 0 {
		for i := range dst {
			dst[i] = clip(frames[i*m.channels+m.chosen-1])
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
	m.listen(dst, frames)
	m.choose()
	m.frames += len(dst)
	if m.taken >= 0 {
		m.without += len(dst)
	}
	for i := range dst {
		dst[i] = clip(m.sample(dst[i], frames[i*m.channels:(i+1)*m.channels]))
	}
}

// sample is the mean or the channel taken, or a mixture of what was taken
// before and what is taken now.
func (m *mixer) sample(mean float32, frame []float32) float32 {
	now := pick(m.taken, mean, frame)
	if m.ramp == 0 {
		return now
	}
	old := float32(m.ramp) / rampFrames
	m.ramp--
	return old*pick(m.before, mean, frame) + (1-old)*now
}

func pick(channel int, mean float32, frame []float32) float32 {
	if channel < 0 {
		return mean
	}
	return frame[channel]
}

// listen adds what the frames hold to the energies.
func (m *mixer) listen(mean, frames []float32) {
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

// choose decides what to take from here on.
func (m *mixer) choose() {
	total, loudest := 0.0, 0
	for c, e := range m.energy {
		total += e
		if e > m.energy[loudest] {
			loudest = c
		}
	}
	// Independent sounds would leave this much in the mean.
	independent := total / float64(m.channels*m.channels)
	take := m.taken
	switch {
	case total < silentEnergy*fadeFrames/100:
		return
	case m.taken < 0 && m.mean < cancels*independent:
		take = loudest
	case m.taken >= 0 && m.mean > returns*independent:
		take = -1
	case m.taken >= 0 && m.energy[loudest] > 4*m.energy[m.taken]:
		take = loudest
	}
	if take != m.taken {
		m.before, m.taken, m.ramp = m.taken, take, rampFrames
		if take >= 0 {
			m.instead = take + 1
		}
	}
}

// cancelled is the channel that was taken instead of the mean, counted from 1,
// or 0: what cancels for a moment is not worth telling.
func (m *mixer) cancelled() int {
	if m.without*10 < m.frames {
		return 0
	}
	return m.instead
}

func clip(v float32) float32 { return max(-1, min(1, v)) }
