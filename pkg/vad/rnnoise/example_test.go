package rnnoise_test

import (
	"fmt"

	"voiceflow/pkg/vad/rnnoise"
)

func Example() {
	network, err := rnnoise.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer network.Close()
	var frame, denoised [rnnoise.FrameSize]float32 // 10 ms of silence
	speech := network.Process(&frame, &denoised)
	fmt.Println(speech > 0.5)
	// Output: false
}
