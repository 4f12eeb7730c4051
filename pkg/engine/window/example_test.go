package window_test

import (
	"fmt"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/vad"
)

// Two utterances, a minute apart, are recognised in one go.
func Example() {
	packer := window.NewPacker(26)
	for _, second := range []int64{10, 70} {
		start := second * audio.SampleRate
		full := packer.Add(&vad.Utterance{
			Start: start, End: start + 2*audio.SampleRate, PCMStart: start, PCM: make([]int16, 2*audio.SampleRate),
		})
		if full != nil {
			fmt.Println("recognise it") // not here: there is room for both
		}
	}
	w := packer.Flush()
	fmt.Printf("%.1f s of audio, from %.0f s to %.0f s\n", w.Duration(), w.Start, w.End)
	start, end := w.Span(w.Duration()-1.5, w.Duration()-0.5)
	fmt.Printf("a word from %.1f s to %.1f s of the recording\n", start, end)
	// Output:
	// 4.0 s of audio, from 10 s to 72 s
	// a word from 70.5 s to 71.5 s of the recording
}
