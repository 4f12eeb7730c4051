package main

import (
	"slices"

	"voiceflow/internal/health/wer"
	"voiceflow/pkg/event"
)

// spot is a word at a time, in seconds.
type spot struct {
	word string
	at   float64
}

// spots are the words of transcripts where they begin, split as word errors are
// counted.
func spots(all []*event.Transcript) []spot {
	var out []spot
	for _, t := range all {
		for _, s := range t.Segments {
			for _, w := range s.Words {
				for _, word := range wer.Words(w.Word) {
					out = append(out, spot{word, w.Start})
				}
			}
		}
	}
	return out
}

// match is a word that two texts have in common, with its number in each.
type match struct {
	a, b   spot
	ai, bi int
}

// The last step on the cheapest way to a pair of words.
const (
	stepBoth = iota // to the next word in both texts
	stepA           // in a alone
	stepB           // in b alone
)

// align finds the words that two texts have in common on the cheapest way from
// one to the other, which is the way that word errors are counted on.
func align(a, b []spot) []match {
	width := len(b) + 1
	steps := make([]byte, (len(a)+1)*width)
	cost := make([]int, width) // of the way from the words of a so far to b[:j]
	for j := 1; j < width; j++ {
		steps[j], cost[j] = stepB, j
	}
	for i := range a {
		diagonal := cost[0]
		cost[0] = i + 1
		steps[(i+1)*width] = stepA
		for j := range b {
			best, step := diagonal, byte(stepBoth)
			if a[i].word != b[j].word {
				best++
			}
			if c := cost[j+1] + 1; c < best {
				best, step = c, stepA
			}
			if c := cost[j] + 1; c < best {
				best, step = c, stepB
			}
			diagonal, cost[j+1] = cost[j+1], best
			steps[(i+1)*width+j+1] = step
		}
	}
	return trace(a, b, steps)
}

// trace goes the way back.
func trace(a, b []spot, steps []byte) []match {
	var common []match
	for i, j := len(a), len(b); i > 0 || j > 0; {
		switch steps[i*(len(b)+1)+j] {
		case stepA:
			i--
		case stepB:
			j--
		default:
			i--
			j--
			if a[i].word == b[j].word {
				common = append(common, match{a[i], b[j], i, j})
			}
		}
	}
	slices.Reverse(common)
	return common
}

// inRow leaves the words of which n or more follow one another in both texts.
// Where texts differ much, single words agree by chance.
func inRow(common []match, n int) []match {
	var kept []match
	from := 0
	for i := range common {
		if i+1 < len(common) && common[i+1].ai == common[i].ai+1 && common[i+1].bi == common[i].bi+1 {
			continue
		}
		if i+1-from >= n {
			kept = append(kept, common[from:i+1]...)
		}
		from = i + 1
	}
	return kept
}
