package main

import (
	"fmt"
	"strings"

	"voiceflow/pkg/audio"
)

const (
	// lateBy and earlyBy are how much later speech may begin than by Silero, and
	// how much earlier it may end, in samples.
	lateBy  = audio.SampleRate / 10
	earlyBy = 3 * audio.SampleRate / 10
)

// people counts faults in recordings in which somebody speaks.
type people struct {
	files, none, unheard int // all; without any speech by us, by Silero
	lost, late, early    []string
}

func (p *people) count(h *heard) {
	p.files++
	if len(h.silero) == 0 {
		p.unheard++
	}
	if len(h.ours) == 0 {
		p.none++
	}
	switch {
	case len(h.silero) == 0:
	case len(h.ours) == 0:
		p.lost = append(p.lost, h.name)
	default:
		if ours, silero := h.ours[0][0], h.silero[0][0]; ours > silero+lateBy {
			p.late = append(p.late, fmt.Sprintf("%s at %.2f s for %.2f", h.name, audio.Seconds(ours), audio.Seconds(silero)))
		}
		if ours, silero := h.ours[len(h.ours)-1][1], h.silero[len(h.silero)-1][1]; ours < silero-earlyBy {
			p.early = append(p.early, fmt.Sprintf("%s at %.2f s for %.2f", h.name, audio.Seconds(ours), audio.Seconds(silero)))
		}
	}
}

func (p *people) String() string {
	return fmt.Sprintf("%d recordings, %d without speech (%d by Silero); %d lost%s; %d begin late%s; %d end early%s",
		p.files, p.none, p.unheard, len(p.lost), list(p.lost), len(p.late), list(p.late), len(p.early), list(p.early))
}

// others counts sounds taken for speech where nobody speaks.
type others struct {
	files, utterances, theirs int
	samples, taken, byThem    int64
	names                     []string
}

func (o *others) count(h *heard) {
	o.files++
	o.samples += int64(h.samples)
	o.utterances += len(h.ours)
	o.theirs += len(h.silero)
	for _, s := range h.silero {
		o.byThem += s[1] - s[0]
	}
	taken := int64(0)
	for _, s := range h.ours {
		taken += s[1] - s[0]
	}
	if o.taken += taken; taken > 0 {
		o.names = append(o.names, fmt.Sprintf("%s %.1f s", h.name, audio.Seconds(taken)))
	}
}

func (o *others) String() string {
	return fmt.Sprintf("%d recordings, %.0f s: %.1f s taken for speech (%.1f %%) in %d utterances; by Silero %.1f s in %d%s",
		o.files, audio.Seconds(o.samples), audio.Seconds(o.taken), 100*float64(o.taken)/float64(max(o.samples, 1)), o.utterances,
		audio.Seconds(o.byThem), o.theirs, list(o.names))
}

func list(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}
