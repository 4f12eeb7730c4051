package transcribe

import (
	"strings"

	"voiceflow/pkg/event"
)

// hearing is what was written of the utterance that goes on.
type hearing struct {
	finished int     // ID of the last utterance with a transcript
	until    float64 // its end, in seconds

	id     int      // of the utterance that goes on
	stable int      // words that do not change any more
	words  []string // of the latest text, beginning with the stable ones
}

// finish is called for each transcript.
func (h *hearing) finish(it *Item) { *h = hearing{finished: it.ID, until: it.End} }

// partial writes the text of a guess, unless its utterance is complete or cancelled.
func (t *Transcriber) partial(g *guess) error {
	it := g.task.item
	if it.ID < t.hearing.finished || it.End <= t.hearing.until || g.task.ctx.Err() != nil {
		return nil
	}
	stable, unstable := t.hearing.hear(it.ID, strings.Fields(g.text()))
	if stable == "" && unstable == "" {
		return nil
	}
	return t.out.Partial(&event.Partial{
		ID: it.ID, Start: it.Start, End: it.End, Stable: stable, Unstable: unstable,
	})
}

// hear takes the words of an utterance so far. Words are stable once two texts agree on
// them and on a word after them: the last word of a text may be only half of it. (Liu et
// al., "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by Partial
// Hypothesis Selection", 2020, call this local agreement.)
func (h *hearing) hear(id int, words []string) (stable, unstable string) {
	if id != h.id || h.words == nil {
		h.id, h.stable, h.words = id, 0, nil
	}
	agreed := 0
	for agreed < min(len(words), len(h.words)) && words[agreed] == h.words[agreed] {
		agreed++
	}
	if agreed < h.stable {
		// The new text contradicts what was promised; only what follows can be used.
		rest := words[min(h.stable, len(words)):]
		words = append(h.words[:h.stable:h.stable], rest...)
	} else {
		h.stable = max(h.stable, agreed-1)
	}
	h.words = words
	stable = strings.Join(words[:h.stable], " ")
	unstable = strings.Join(words[h.stable:], " ")
	if stable != "" && unstable != "" {
		unstable = " " + unstable
	}
	return stable, unstable
}
