package main

import (
	"fmt"
	"io"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/level"
)

// countdown asks the user of a terminal to speak, and shows how many seconds are left
// and the level. A nil countdown shows nothing.
type countdown struct {
	to    io.Writer
	limit int64 // samples, 0 if there is no limit
	heard int64 // samples so far
	now   level.Measure
	count int     // samples in now
	peak  float64 // the highest so far, dBFS
}

// newCountdown returns nil if there is nobody to ask: standard error is not a terminal,
// or a file is read as fast as possible.
func newCountdown(env *cmdline.Env, cfg config) *countdown {
	if !cmdline.IsTerminal(env.Stderr) || cfg.input != "" && !cfg.realtime {
		return nil
	}
	return &countdown{to: env.Stderr, limit: limitSamples(cfg.limit), peak: meterFloor}
}

// push takes the latest samples. It asks only when the first ones have arrived, so that
// nobody speaks before the microphone is open.
func (c *countdown) push(samples []int16) {
	if c == nil {
		return
	}
	first := c.heard == 0
	c.heard += int64(len(samples))
	c.now.Push(samples)
	if c.count += len(samples); first || c.count >= meterStep {
		c.draw()
	}
}

func (c *countdown) draw() {
	l := c.now.Levels()
	c.now, c.count = level.Measure{}, 0
	c.peak = max(c.peak, l.Peak)
	left := "Ctrl-C to stop"
	if c.limit > 0 {
		left = fmt.Sprintf("%d s", (max(c.limit-c.heard, 0)+audio.SampleRate-1)/audio.SampleRate)
	}
	fmt.Fprintf(c.to, "\r\x1b[KSpeak now: %s  %s", left, bar(l.RMS, c.peak))
}

// end removes the countdown.
func (c *countdown) end() {
	if c != nil && c.heard > 0 {
		fmt.Fprint(c.to, "\r\x1b[K")
	}
}
