package soxr_test

import (
	"fmt"

	"voiceflow/pkg/audio/soxr"
)

func Example() {
	r, err := soxr.New(44100, 16000)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	var out []float32
	for range 10 { // a second, in blocks of 100 ms
		block := make([]float32, 4410)
		if out, err = r.Process(out, block); err != nil {
			fmt.Println(err)
			return
		}
	}
	if out, err = r.Flush(out); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(out), "samples")
	// Output: 16000 samples
}
