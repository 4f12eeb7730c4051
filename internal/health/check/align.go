package check

import (
	"strings"

	"voiceflow/internal/health/wer"
)

// pairing matches reference utterances ref to refEnd-1 with recognised
// utterances hyp to hypEnd-1. One to one is correct, one to several is a split,
// several to one a merge. If one side is empty, the utterance was lost or is
// extra.
type pairing struct {
	ref, refEnd, hyp, hypEnd int
}

const (
	// Penalties, in wrong words, for pairings other than one to one. They break
	// ties in favour of the simpler explanation: a lost utterance is simpler
	// than one that merged into its neighbour and lost its words there.
	lostCost   = 1
	joinedCost = 2
	// drift is how many utterances the two sides may be apart. It bounds the
	// work on long sessions.
	drift = 12
)

// pair aligns the recognised utterances with the reference so that as few words
// as possible are wrong, as package wer does for words.
func pair(ref, hyp []string) []pairing {
	type cell struct {
		cost int
		from pairing
	}
	const never = 1 << 30
	table := make([][]cell, len(ref)+1)
	for i := range table {
		table[i] = make([]cell, len(hyp)+1)
		for j := range table[i] {
			table[i][j].cost = never
		}
	}
	table[0][0].cost = 0
	slack := max(drift, 2*max(len(ref)-len(hyp), len(hyp)-len(ref)))
	for i := range table {
		for j := range table[i] {
			if table[i][j].cost == never || i-j > slack || j-i > slack {
				continue
			}
			for _, step := range steps {
				p := pairing{i, i + step[0], j, j + step[1]}
				if p.refEnd > len(ref) || p.hypEnd > len(hyp) {
					continue
				}
				cost := table[i][j].cost + p.cost(ref, hyp)
				if to := &table[p.refEnd][p.hypEnd]; cost < to.cost {
					*to = cell{cost, p}
				}
			}
		}
	}
	var back []pairing
	for i, j := len(ref), len(hyp); i > 0 || j > 0; {
		p := table[i][j].from
		back = append(back, p)
		i, j = p.ref, p.hyp
	}
	pairs := make([]pairing, 0, len(back))
	for i := len(back) - 1; i >= 0; i-- {
		pairs = append(pairs, back[i])
	}
	return pairs
}

// steps are the allowed sizes of a pairing, reference and recognised: up to four
// utterances of one side with one of the other.
var steps = [...][2]int{{1, 1}, {1, 0}, {0, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 1}, {1, 4}, {4, 1}}

func (p pairing) cost(ref, hyp []string) int {
	r := wer.Compare(p.words(ref, hyp))
	cost := r.Substitutions + r.Insertions + r.Deletions
	switch n, m := p.refEnd-p.ref, p.hypEnd-p.hyp; {
	case n == 0 || m == 0:
		cost += lostCost
	case n > 1 || m > 1:
		cost += joinedCost
	}
	return cost
}

func (p pairing) words(ref, hyp []string) (reference, hypothesis string) {
	return strings.Join(ref[p.ref:p.refEnd], " "), strings.Join(hyp[p.hyp:p.hypEnd], " ")
}

// extraWords returns the indexes of the words of hyp that are not in its longest
// common subsequence with ref.
func extraWords(ref, hyp []string) []int {
	length := make([][]int, len(ref)+1)
	for i := range length {
		length[i] = make([]int, len(hyp)+1)
	}
	for i := len(ref) - 1; i >= 0; i-- {
		for j := len(hyp) - 1; j >= 0; j-- {
			if length[i][j] = max(length[i+1][j], length[i][j+1]); ref[i] == hyp[j] {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	var extra []int
	i := 0
	for j := 0; j < len(hyp); {
		switch {
		case i < len(ref) && ref[i] == hyp[j]:
			i, j = i+1, j+1
		case i < len(ref) && length[i+1][j] >= length[i][j+1]:
			i++
		default:
			extra = append(extra, j)
			j++
		}
	}
	return extra
}
