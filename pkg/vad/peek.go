package vad

import "slices"

// Peek returns the probabilities that Flush would return, and leaves the detector as it
// is. Those of the last 86 ms are less certain than they will be once what follows is
// known.
func (d *Detector) Peek() ([]float32, error) {
	ahead := *d
	ahead.answers, ahead.samples = nil, slices.Clone(d.samples)
	ahead.network = d.network.clone()
	return ahead.Flush()
}

// clone returns a network that has heard the same.
func (n *network) clone() *network {
	c := *n
	for i := range c.stack {
		c.stack[i].past = slices.Clone(c.stack[i].past)
	}
	return &c
}
