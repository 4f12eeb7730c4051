package check

import (
	"strings"

	"voiceflow/internal/health/wer"
)

// pairing is a place where utterances that were said meet those that were
// heard: one of each is as it should be, one and several are a split, several
// and one are merged, and where one side is empty the other was lost or is
// extra. The numbers are those of the first and behind the last.
type pairing struct {
	said, saidEnd, heard, heardEnd int
}

const (
	// What a pairing other than one to one costs, in wrong words: of two
	// explanations with as many the plainer one holds. That one was lost is
	// plainer than that it became part of another and lost its words there.
	lostCost   = 1
	joinedCost = 2
	// drift is how far apart, in utterances, the two sides may get. It bounds
	// the work on long sessions.
	drift = 12
)

// pair aligns what was said with what was heard so that the least words are
// wrong, as wer does it with words.
func pair(said, heard []string) []pairing {
	type cell struct {
		cost int
		from pairing
	}
	const never = 1 << 30
	table := make([][]cell, len(said)+1)
	for i := range table {
		table[i] = make([]cell, len(heard)+1)
		for j := range table[i] {
			table[i][j].cost = never
		}
	}
	table[0][0].cost = 0
	slack := max(drift, 2*max(len(said)-len(heard), len(heard)-len(said)))
	for i := range table {
		for j := range table[i] {
			if table[i][j].cost == never || i-j > slack || j-i > slack {
				continue
			}
			for _, step := range steps {
				p := pairing{i, i + step[0], j, j + step[1]}
				if p.saidEnd > len(said) || p.heardEnd > len(heard) {
					continue
				}
				cost := table[i][j].cost + p.cost(said, heard)
				if to := &table[p.saidEnd][p.heardEnd]; cost < to.cost {
					*to = cell{cost, p}
				}
			}
		}
	}
	var back []pairing
	for i, j := len(said), len(heard); i > 0 || j > 0; {
		p := table[i][j].from
		back = append(back, p)
		i, j = p.said, p.heard
	}
	pairs := make([]pairing, 0, len(back))
	for i := len(back) - 1; i >= 0; i-- {
		pairs = append(pairs, back[i])
	}
	return pairs
}

// steps are the sizes of a pairing, said and heard: up to four of the one with
// one of the other.
var steps = [...][2]int{{1, 1}, {1, 0}, {0, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 1}, {1, 4}, {4, 1}}

func (p pairing) cost(said, heard []string) int {
	r := wer.Compare(p.words(said, heard))
	cost := r.Substitutions + r.Insertions + r.Deletions
	switch n, m := p.saidEnd-p.said, p.heardEnd-p.heard; {
	case n == 0 || m == 0:
		cost += lostCost
	case n > 1 || m > 1:
		cost += joinedCost
	}
	return cost
}

func (p pairing) words(said, heard []string) (reference, hypothesis string) {
	return strings.Join(said[p.said:p.saidEnd], " "), strings.Join(heard[p.heard:p.heardEnd], " ")
}

// extraWords are the words of heard that are not among those of a longest
// common subsequence with said, with their places.
func extraWords(said, heard []string) []int {
	length := make([][]int, len(said)+1)
	for i := range length {
		length[i] = make([]int, len(heard)+1)
	}
	for i := len(said) - 1; i >= 0; i-- {
		for j := len(heard) - 1; j >= 0; j-- {
			if length[i][j] = max(length[i+1][j], length[i][j+1]); said[i] == heard[j] {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	var extra []int
	i := 0
	for j := 0; j < len(heard); {
		switch {
		case i < len(said) && said[i] == heard[j]:
			i, j = i+1, j+1
		case i < len(said) && length[i+1][j] >= length[i][j+1]:
			i++
		default:
			extra = append(extra, j)
			j++
		}
	}
	return extra
}
