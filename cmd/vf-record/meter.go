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
	meterStep  = audio.SampleRate / 10 // between two drawings
	meterHold  = 15                    // drawings for which a peak and clipping stay
	meterWidth = 30                    // characters of the bar
	meterFloor = -60.0                 // dBFS at its left end
)

// meter shows the level on one line of a terminal. Its methods may be called
// on nil, which shows nothing.
type meter struct {
	to    io.Writer
	now   level.Measure // of what was heard since the last drawing
	count int           // samples in it
	drawn bool

	peak    float64 // dBFS, held
	held    int     // drawings that the peak still stays
	clipped int     // the same of the clipping mark
}

// heard takes the samples just heard, and what the recording has of them.
func (m *meter) heard(samples []int16, written int64, paused bool) {
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
	if m.held--; m.held < 0 || l.Peak >= m.peak {
		m.peak, m.held = l.Peak, meterHold
	}
	if m.clipped--; l.Clipped > 0 {
		m.clipped = meterHold
	}
	mark := ""
	switch {
	case m.clipped > 0:
		mark = "  CLIPPED"
	case paused:
		mark = "  paused"
	}
	s := written / audio.SampleRate
	fmt.Fprintf(m.to, "\r\x1b[K%s %4d dB  %d:%02d%s", bar(l.RMS, m.peak), int(math.Round(max(l.RMS, -99))), s/60, s%60, mark)
	m.drawn = true
}

// bar is filled up to the level, with a mark where the held peak is.
func bar(rms, peak float64) string {
	cells := []byte(strings.Repeat("#", cell(rms)) + strings.Repeat("-", meterWidth-cell(rms)))
	if at := cell(peak); at > 0 {
		cells[at-1] = '|'
	}
	return "[" + string(cells) + "]"
}

// cell is how many cells a level in dBFS fills.
func cell(dB float64) int {
	return int(math.Round(min(max((dB-meterFloor)/-meterFloor, 0), 1) * meterWidth))
}

// clear makes room for a line of the log.
func (m *meter) clear() {
	if m != nil && m.drawn {
		fmt.Fprint(m.to, "\r\x1b[K")
		m.drawn = false
	}
}

// end leaves the last drawing on a line of its own.
func (m *meter) end() {
	if m != nil && m.drawn {
		fmt.Fprintln(m.to)
	}
}
