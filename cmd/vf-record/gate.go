package main

// gate passes samples to the recording, except while it is paused. During a pause it
// keeps the latest samples as pre-roll.
type gate struct {
	paused bool
	keep   int     // samples of pre-roll
	slack  int     // further samples to keep, for presses that arrive late
	buffer []int16 // from this pause, so not yet recorded; latest last
}

// pass takes the latest samples and returns those to be recorded.
func (g *gate) pass(samples []int16) []int16 {
	if !g.paused {
		return samples
	}
	g.buffer = append(g.buffer, samples...)
	// Moving at twice the size avoids moving after each portion.
	if most := g.keep + g.slack; len(g.buffer) > 2*most {
		g.buffer = append(g.buffer[:0], g.buffer[len(g.buffer)-most:]...)
	}
	return nil
}

// flip pauses, or resumes and returns the pre-roll, to be recorded first. It counts from
// the press, which was late samples ago.
func (g *gate) flip(late int) (preRoll []int16) {
	g.paused = !g.paused
	if g.keep > 0 {
		preRoll = g.buffer[max(len(g.buffer)-g.keep-min(late, g.slack), 0):]
	}
	g.buffer = nil
	return preRoll
}

// forget drops what has been heard during this pause.
func (g *gate) forget() { g.buffer = nil }
