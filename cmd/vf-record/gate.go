package main

// gate lets what is heard into the recording, or not while it is paused. In a
// pause it keeps the latest samples, which are the first after it.
type gate struct {
	paused bool
	keep   int     // samples of pre-roll
	kept   []int16 // heard in this pause, so never recorded before; latest last
}

// pass takes the samples just heard and returns those to be recorded.
func (g *gate) pass(heard []int16) []int16 {
	if !g.paused {
		return heard
	}
	g.kept = append(g.kept, heard...)
	// Moved rarely, not with each portion.
	if len(g.kept) > 2*g.keep {
		g.kept = append(g.kept[:0], g.kept[len(g.kept)-g.keep:]...)
	}
	return nil
}

// flip pauses, or resumes and returns the pre-roll, to be recorded first.
func (g *gate) flip() (preRoll []int16) {
	g.paused = !g.paused
	preRoll = g.kept[max(len(g.kept)-g.keep, 0):]
	g.kept = nil
	return preRoll
}
