package align_test

import (
	"fmt"
	"math"

	"voiceflow/pkg/engine/align"
)

func ExampleWords() {
	samples := make([]int16, 2*align.Rate)
	for _, word := range []align.Span{{Start: 0.2, End: 0.7}, {Start: 1.1, End: 1.7}} { // two tones
		for i := int(word.Start * align.Rate); i < int(word.End*align.Rate); i++ {
			samples[i] = int16(8000 * math.Sin(2*math.Pi*220*float64(i)/align.Rate))
		}
	}
	sentence := align.Sentence{Span: align.Span{End: 2}, Words: []string{"Hello", "world."}}
	for i, span := range align.Words(samples, nil, []align.Sentence{sentence}) {
		fmt.Printf("%.1f s to %.1f s: %s\n", span.Start, span.End, sentence.Words[i])
	}
	// Output:
	// 0.2 s to 0.7 s: Hello
	// 1.1 s to 1.7 s: world.
}
