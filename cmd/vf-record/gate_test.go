package main

import (
	"slices"
	"testing"
)

// TestGate passes the numbers from 0 up, in portions, and flips in between.
func TestGate(t *testing.T) {
	const flip = -1
	for _, tt := range []struct {
		name  string
		armed bool
		keep  int
		steps []int // how many to pass, or flip
		want  [][2]int
	}{
		{"never paused", false, 5, []int{3, 0, 4}, [][2]int{{0, 7}}},
		{"armed forever", true, 5, []int{3, 4}, nil},
		{"armed, then resumed", true, 0, []int{3, flip, 4}, [][2]int{{3, 7}}},
		{"with a pre-roll", true, 2, []int{3, flip, 4}, [][2]int{{1, 7}}},
		{"the pre-roll alone", true, 2, []int{3, flip}, [][2]int{{1, 3}}},
		{"a pre-roll that has not been heard yet", true, 9, []int{3, flip, 4}, [][2]int{{0, 7}}},
		{"resumed before anything", true, 9, []int{flip, 4}, [][2]int{{0, 4}}},
		{"a pause", false, 0, []int{5, flip, 5, flip, 5}, [][2]int{{0, 5}, {10, 15}}},
		{"a pause with pre-roll", false, 2, []int{5, flip, 5, flip, 5}, [][2]int{{0, 5}, {8, 15}}},
		{"a pause as long as the pre-roll", false, 5, []int{5, flip, 5, flip, 5}, [][2]int{{0, 15}}},
		{"a pause shorter than the pre-roll", false, 9, []int{5, flip, 5, flip, 5}, [][2]int{{0, 15}}},
		{"two pauses", false, 3, []int{5, flip, 5, flip, 1, flip, 2, flip, 1}, [][2]int{{0, 5}, {7, 14}}},
		{"a pause without a sample", false, 3, []int{5, flip, flip, 5}, [][2]int{{0, 10}}},
		{"a long pause in small portions", true, 3, slices.Concat(slices.Repeat([]int{1}, 100), []int{flip, 1}), [][2]int{{97, 101}}},
		{"a long pause in big portions", true, 3, []int{50, 2, 50, flip, 1}, [][2]int{{99, 103}}},
	} {
		g := gate{paused: tt.armed, keep: tt.keep}
		var got, want []int16
		next := int16(0)
		for _, step := range tt.steps {
			if step == flip {
				got = append(got, g.flip(0)...)
				continue
			}
			var heard []int16
			for range step {
				heard = append(heard, next)
				next++
			}
			got = append(got, g.pass(heard)...)
			clear(heard) // like a reused buffer
		}
		for _, span := range tt.want {
			for i := span[0]; i < span[1]; i++ {
				want = append(want, int16(i))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", tt.name, got, want)
		}
		if len(g.buffer) > 2*g.keep {
			t.Errorf("%s: %d samples buffered", tt.name, len(g.buffer))
		}
	}
}

// TestGateLate: the pre-roll of a press that arrives late begins before the press.
func TestGateLate(t *testing.T) {
	for _, tt := range []struct{ keep, late, want int }{
		{3, 0, 3}, {3, 2, 5}, {3, 9, 7}, {0, 2, 0},
	} {
		g := gate{paused: true, keep: tt.keep, slack: 4}
		for i := range 50 {
			g.pass([]int16{int16(i)})
		}
		got := g.flip(tt.late)
		if len(got) != tt.want || len(got) > 0 && got[len(got)-1] != 49 {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
