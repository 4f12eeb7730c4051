package main

import (
	"slices"
	"testing"
)

func TestSuggest(t *testing.T) {
	room := func(frames int, p float32) []float32 { return slices.Repeat([]float32{p}, frames) }
	tests := []struct {
		name          string
		probabilities []float32
		want          float64 // 0: an error
	}{
		{"too short", room(99, 0), 0},
		{"quiet", room(500, 0), 0.5},
		{"nothing doubtful", room(500, 0.35), 0.5},
		{"a doubtful sound", slices.Concat(room(400, 0), room(20, 0.5), room(80, 0.1)), 0.65},
		{"a sound like speech", slices.Concat(room(400, 0), room(20, 0.99)), 0.9},
		{"somebody speaks", slices.Concat(room(300, 0), room(200, 0.99)), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := suggest(test.probabilities)
			if got != test.want || (err == nil) != (test.want > 0) {
				t.Errorf("%v, %v, want %v", got, err, test.want)
			}
		})
	}
}
