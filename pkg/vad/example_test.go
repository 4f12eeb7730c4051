package vad_test

import (
	"fmt"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/vad"
)

// The utterances of a recording.
func Example() {
	samples, err := input.ReadFile("../../testdata/recordings/sentence-01.wav")
	if err != nil {
		fmt.Println(err)
		return
	}
	detector := vad.NewDetector()
	defer detector.Close()
	stream := vad.NewStream(detector, vad.NewSegmenter(vad.DefaultConfig()))
	emit := func(u *vad.Utterance) error {
		fmt.Printf("speech from %.1f s to %.1f s\n", audio.Seconds(u.Start), audio.Seconds(u.End))
		return nil // u.PCM has the samples, including some before and after the speech
	}
	if err := stream.Push(samples, emit); err != nil { // as often as there are samples
		fmt.Println(err)
		return
	}
	if err := stream.Flush(emit); err != nil {
		fmt.Println(err)
	}
	// Output: speech from 0.2 s to 2.3 s
}

// Noise can be removed before the detection.
func ExampleDenoiser() {
	d, err := vad.NewDenoiser()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	noisy := make([]int16, audio.SampleRate)
	clean := make([]int16, 0, len(noisy))
	ready, err := d.Push(noisy)
	clean = append(clean, ready...) // ready is valid only until the next call
	if err != nil {
		fmt.Println(err)
		return
	}
	rest, err := d.Flush()
	clean = append(clean, rest...)
	fmt.Println(len(clean), err)
	// Output: 16000 <nil>
}

func ExampleConfig_Validate() {
	c := vad.DefaultConfig()
	c.Threshold = 7
	fmt.Println(c.Validate())
	// Output: threshold 7 is not between 0 and 1
}
