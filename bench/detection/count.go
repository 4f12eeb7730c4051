package main

import (
	"fmt"
	"strings"

	"voiceflow/pkg/audio"
)

const (
	// lateBy and earlyBy are how much later than with Silero speech may begin, and
	// how much earlier it may end, in samples.
	lateBy  = audio.SampleRate / 10
	earlyBy = 3 * audio.SampleRate / 10
)

// people counts errors in recordings with speech.
type people struct {
	files, oursNone, sileroNone int // recordings; those without any speech for our network, and for Silero
	lost, late, early           []string
}

func (p *people) count(h *detection) {
	p.files++
	if len(h.silero) == 0 {
		p.sileroNone++
	}
	if len(h.ours) == 0 {
		p.oursNone++
	}
	switch {
	case len(h.silero) == 0:
	case len(h.ours) == 0:
		p.lost = append(p.lost, h.name)
	default:
		if ours, silero := h.ours[0][0], h.silero[0][0]; ours > silero+lateBy {
			p.late = append(p.late, h.difference(ours, silero))
		}
		if ours, silero := h.ours[len(h.ours)-1][1], h.silero[len(h.silero)-1][1]; ours < silero-earlyBy {
			p.early = append(p.early, h.difference(ours, silero))
		}
	}
}

func (h *detection) difference(ours, silero int64) string {
	return fmt.Sprintf("%s at %.2f s instead of %.2f s", h.name, audio.Seconds(ours), audio.Seconds(silero))
}

func (p *people) String() string {
	return fmt.Sprintf("%d recordings, %d without speech (%d with Silero); %d lost%s; %d begin late%s; %d end early%s",
		p.files, p.oursNone, p.sileroNone, len(p.lost), parenthesised(p.lost),
		len(p.late), parenthesised(p.late), len(p.early), parenthesised(p.early))
}

// others counts sounds mistaken for speech in recordings without speech.
type others struct {
	files, utterances, sileroUtterances  int
	samples, falseSamples, sileroSamples int64
	names                                []string
}

func (o *others) count(h *detection) {
	o.files++
	o.samples += int64(h.samples)
	o.utterances += len(h.ours)
	o.sileroUtterances += len(h.silero)
	for _, s := range h.silero {
		o.sileroSamples += s[1] - s[0]
	}
	samples := int64(0)
	for _, s := range h.ours {
		samples += s[1] - s[0]
	}
	if o.falseSamples += samples; samples > 0 {
		o.names = append(o.names, fmt.Sprintf("%s %.1f s", h.name, audio.Seconds(samples)))
	}
}

func (o *others) String() string {
	return fmt.Sprintf("%d recordings, %.0f s: "+
		"%.1f s mistaken for speech (%.1f %%) in %d utterances; Silero: %.1f s in %d%s",
		o.files, audio.Seconds(o.samples), audio.Seconds(o.falseSamples),
		100*float64(o.falseSamples)/float64(max(o.samples, 1)), o.utterances,
		audio.Seconds(o.sileroSamples), o.sileroUtterances, parenthesised(o.names))
}

func parenthesised(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}
