package main

import (
	"encoding/binary"
	"slices"
	"testing"

	"voiceflow/bench/segmentation"
)

func span(start, end int) segmentation.Utterance {
	return segmentation.Utterance{Span: segmentation.Span{Start: start, End: end}, From: start}
}

// TestSoxParts keeps parts of a sound, one of them beyond the end of the count.
func TestSoxParts(t *testing.T) {
	parts := []segmentation.Utterance{span(5, 10), span(20, 40), span(1<<placeBits-2, 1<<placeBits+3), span(1<<placeBits+100, 1<<placeBits+101)}
	var output []byte
	for _, p := range parts {
		for i := p.Start; i < p.End; i++ {
			output = binary.LittleEndian.AppendUint32(output, 0xfff00000|uint32(i&(1<<placeBits-1)))
		}
	}
	got, err := soxParts(string(output))
	if err != nil || !slices.Equal(got, parts) {
		t.Errorf("%v, %v, want %v", got, err, parts)
	}
}

func TestSegmentLines(t *testing.T) {
	got, err := segmentLines("\nDetected 2 speech segments:\nSpeech segment 0: start = 32.00, end = 227.00\nSpeech segment 1: start = 327.00, end = 441.00\n")
	if want := []segmentation.Utterance{span(5120, 36320), span(52320, 70560)}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}
