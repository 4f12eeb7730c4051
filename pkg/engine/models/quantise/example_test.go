package quantise_test

import (
	"fmt"
	"os"

	"voiceflow/pkg/engine/models/quantise"
)

func ExampleQ8() {
	if err := halve("ggml-base.en.bin", "ggml-base.en-q8_0.bin"); err != nil {
		fmt.Println(err)
	}
}

func halve(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if err := quantise.Q8(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
