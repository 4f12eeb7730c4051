package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/level"
)

const (
	meterStep  = audio.SampleRate / 10 // samples per drawing
	meterHold  = 15                    // how long peak and clipping stay, in drawings
	meterWidth = 30                    // width of the bar, in characters
	meterFloor = -60.0                 // level at the left end, in dBFS
)

// meter shows the level on one line of a terminal. A nil meter shows nothing.
type meter struct {
	to    io.Writer
	now   level.Measure // since the last drawing
	count int           // samples in now
	drawn bool

	peak        float64 // held peak, dBFS
	peakLeft    int     // drawings for which the peak stays
	clippedLeft int     // drawings for which the clipping mark stays
}

// push takes the latest samples; written is the length of the recording in samples.
func (m *meter) push(samples []int16, written int64, paused bool) {
	if m == nil {
		return
	}
	for len(samples) > 0 {
		n := min(meterStep-m.count, len(samples))
		m.now.Push(samples[:n])
		m.count += n
		samples = samples[n:]
		if m.count == meterStep {
			m.draw(written, paused)
		}
	}
}

func (m *meter) draw(written int64, paused bool) {
	l := m.now.Levels()
	m.now, m.count = level.Measure{}, 0
	if m.peakLeft--; m.peakLeft < 0 || l.Peak >= m.peak {
		m.peak, m.peakLeft = l.Peak, meterHold
	}
	if m.clippedLeft--; l.Clipped > 0 {
		m.clippedLeft = meterHold
	}
	mark := ""
	switch {
	case m.clippedLeft > 0:
		mark = "  CLIPPED"
	case paused:
		mark = "  paused"
	}
	s := written / audio.SampleRate
	rms := int(math.Round(max(l.RMS, -99)))
	fmt.Fprintf(m.to, "\r\x1b[K%s %4d dB  %d:%02d%s", bar(l.RMS, m.peak), rms, s/60, s%60, mark)
	m.drawn = true
}

// bar draws a bar up to the level, with a mark at the held peak.
func bar(rms, peak float64) string {
	cells := []byte(strings.Repeat("#", cell(rms)) + strings.Repeat("-", meterWidth-cell(rms)))
	if at := cell(peak); at > 0 {
		cells[at-1] = '|'
	}
	return "[" + string(cells) + "]"
}

// cell returns how many cells a level in dBFS fills.
func cell(dB float64) int {
	return int(math.Round(min(max((dB-meterFloor)/-meterFloor, 0), 1) * meterWidth))
}

// clear removes the meter to make room for a line of the log.
func (m *meter) clear() {
	if m != nil && m.drawn {
		fmt.Fprint(m.to, "\r\x1b[K")
		m.drawn = false
	}
}

// end ends the line, so that the last drawing stays.
func (m *meter) end() {
	if m != nil && m.drawn {
		fmt.Fprintln(m.to)
	}
}
