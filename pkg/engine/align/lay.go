package align

import (
	"math"
	"sort"
)

// Lengths in frames of 10 ms.
const (
	shortest = 3
	longest  = 250
	// around is how far outside its sentence's time a word may be placed, and near how
	// far a sentence's start or end may move at no cost.
	around, near = 150, 15
)

// Weights in the cost function, tuned on 80 synthetic sentences of random words. Sentences
// with other words in other voices were aligned equally well.
const (
	spreadOfLength = 0.2  // standard deviation of the logarithm of a word's length
	worthOfChange  = 0.1  // bonus for a change of the sound by one standard deviation
	againstMarks   = 2.0  // a pause within a sentence, or none between two
	perFrameOff    = 0.02 // a sentence moved away from its time
	perFrameLeft   = 0.3  // speech left without a word
)

// expect divides each sentence's speech among its words.
func (s *sound) expect(words []word, sentences []Sentence) {
	sum := make([]float64, len(sentences))
	frames, total := 0.0, 0.0
	for i := range words {
		w := &words[i]
		span := sentences[w.sentence]
		w.begin = sort.SearchInts(s.frames, frameAfter(span.Start))
		w.end = max(sort.SearchInts(s.frames, frameBefore(span.End)), w.begin)
		w.from, w.to = max(w.begin-around, 0), min(w.end+around, len(s.frames))
		sum[w.sentence] += w.letters
		total += w.letters
		if w.last {
			sum[w.sentence] += finalWord
			total += finalWord
			frames += float64(w.end - w.begin)
		}
	}
	if s.bounded {
		frames = float64(len(s.frames))
	}
	pace := frames / total
	for i := range words {
		w := &words[i]
		local := float64(w.end-w.begin) / sum[w.sentence]
		local = min(max(local, pace/1.5), pace*1.5)
		w.expected, w.final = w.letters*local, finalWord*local
	}
	s.weighSkips(words)
}

// weighSkips makes it cheap to skip sound outside all sentences if no speech detector has run.
func (s *sound) weighSkips(words []word) {
	s.skip = make([]float64, len(s.frames))
	for f := range s.skip {
		s.skip[f] = perFrameLeft
		if !s.bounded {
			s.skip[f] = perFrameOff
		}
	}
	for _, w := range words {
		for f := w.begin; w.first && f < w.end; f++ {
			s.skip[f] = perFrameLeft
		}
	}
}

// step holds the best arrangements of the words up to and including one. Its slices are indexed
// by position, counted from the field from.
type step struct {
	from  int
	cost  []float64 // of the words up to and including this one, if it ends at each position
	begin []int     // where this word begins then
	after []int     // where the previous word ends, if this one begins at each position
}

// arrange returns the best span of each word, or nil if there is no room.
func (s *sound) arrange(words []word) []Span {
	if len(words) == 0 || len(s.frames) == 0 {
		return nil
	}
	steps := make([]step, len(words))
	before := step{cost: []float64{0}} // no words end at position 0
	for i, w := range words {
		steps[i] = s.place(w, before)
		before = steps[i]
	}
	end, best := -1, math.Inf(1)
	for i, cost := range before.cost {
		for _, skip := range s.skip[before.from+i:] {
			cost += skip
			if cost >= best {
				break
			}
		}
		if cost < best {
			end, best = before.from+i, cost
		}
	}
	if end < 0 {
		return nil
	}
	out := make([]Span, len(words))
	for i := len(words) - 1; i >= 0; i-- {
		at := steps[i]
		begin := at.begin[end-at.from]
		out[i] = Span{float64(s.frames[begin]) / 100, float64(s.frames[end-1]+1) / 100}
		end = at.after[begin-at.from]
	}
	return out
}

// place finds, for each position where the word may end, where it best begins.
func (s *sound) place(w word, before step) step {
	n := w.to - w.from + 1
	at := step{from: w.from, cost: make([]float64, n), begin: make([]int, n), after: make([]int, n)}
	start := s.starts(w, before, at)
	inner, final := lasting(w.expected), lasting(w.expected+w.final)
	for end := w.from; end <= w.to; end++ {
		best := math.Inf(1)
		table := &inner
		if w.last || end == len(s.frames) || s.frames[end] != s.frames[max(end, 1)-1]+1 {
			table = &final
		}
		for begin := max(end-longest, w.from); begin <= end-shortest; begin++ {
			c := start[begin-w.from] + table[end-begin] + s.cross[end-1] - s.cross[begin]
			if c < best {
				best, at.begin[end-w.from] = c, begin
			}
		}
		if w.last {
			best += off(end, w.end)
		}
		at.cost[end-w.from] = best
	}
	return at
}

// starts returns the cost of everything before the word, if it begins at each position.
func (s *sound) starts(w word, before step, at step) []float64 {
	out := make([]float64, len(at.cost))
	cost, end := math.Inf(1), 0
	for f := before.from; f <= w.to; f++ {
		if f > before.from {
			cost += s.skip[f-1]
		}
		if i := f - before.from; i < len(before.cost) && before.cost[i] <= cost {
			cost, end = before.cost[i], f
		}
		if f < w.from {
			continue
		}
		out[f-w.from], at.after[f-w.from] = cost, end
		if f > 0 && f < len(s.change) {
			out[f-w.from] -= worthOfChange * s.change[f]
			if pause := s.frames[f] != s.frames[f-1]+1; w.marked && pause != w.opens {
				out[f-w.from] += againstMarks
			}
		}
		if w.first {
			out[f-w.from] += off(f, w.begin)
		}
	}
	return out
}

// off is the cost of a sentence's start or end being away from where the recogniser puts it.
func off(at, expected int) float64 {
	return perFrameOff * float64(max(at-expected-near, expected-at-near, 0))
}

// lasting returns the cost of each length of a word, in frames.
func lasting(expected float64) (cost [longest + 1]float64) {
	for d := range cost {
		x := math.Log((float64(d) + 2) / (expected + 2))
		cost[d] = x * x / (2 * spreadOfLength * spreadOfLength)
	}
	return cost
}
