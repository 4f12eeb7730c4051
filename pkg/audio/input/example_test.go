package input_test

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

func ExampleOpen() {
	in, err := input.Open(bytes.NewReader([]byte{1, 0, 2, 0, 3, 0}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer in.Close()
	samples, err := input.ReadAll(in)
	fmt.Println(samples, err)
	// Output: [1 2 3] <nil>
}

func ExampleOpenFile() {
	r, err := input.OpenFile("../../../testdata/recordings/sentence-01.wav")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	length, buf := 0, make([]int16, audio.SampleRate)
	for {
		n, err := r.Read(buf)
		length += n // use buf[:n]
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("%.2f s\n", audio.Seconds(length))
	for _, remark := range r.Remarks() {
		fmt.Println(remark)
	}
	// Output: 2.57 s
}

// PCM, WAV and, with ffmpeg, any other format can come from standard input.
func ExampleOptions_Open() {
	r, err := input.Options{Channel: 2, Center: true}.Open(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer r.Close()
	samples, err := input.ReadAll(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, err) // what came before it is still usable
	}
	fmt.Printf("%.2f s at %d Hz\n", audio.Seconds(len(samples)), r.Format().SampleRate)
}
