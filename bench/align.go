package main

import (
	"slices"

	"voiceflow/internal/health/wer"
	"voiceflow/pkg/event"
)

// timedWord is a word and when it begins, in seconds.
type timedWord struct {
	word string
	at   float64
}

// timedWords returns the words of transcripts, split in the same way as for counting word
// errors.
func timedWords(all []*event.Transcript) []timedWord {
	var out []timedWord
	for _, t := range all {
		for _, s := range t.Segments {
			for _, w := range s.Words {
				for _, word := range wer.Words(w.Word) {
					out = append(out, timedWord{word, w.Start})
				}
			}
		}
	}
	return out
}

// match is a word that two texts have in common, with its index in each.
type match struct {
	a, b   timedWord
	ai, bi int
}

// The last step on the cheapest path to a pair of words.
const (
	stepBoth = iota // to the next word in both texts
	stepA           // in a only
	stepB           // in b only
)

// align finds the words that two texts have in common, on the cheapest path from one to the
// other, which is also how word errors are counted.
func align(a, b []timedWord) []match {
	width := len(b) + 1
	steps := make([]byte, (len(a)+1)*width)
	cost := make([]int, width) // of the path from the words of a so far to b[:j]
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

// trace follows the path back.
func trace(a, b []timedWord, steps []byte) []match {
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

// longRuns keeps only runs of n or more words that are consecutive in both texts. In very
// different texts, single words agree by chance.
func longRuns(common []match, n int) []match {
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
