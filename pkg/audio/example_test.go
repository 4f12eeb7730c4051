package audio_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/pkg/audio"
)

func ExampleEncodePCM() {
	fmt.Printf("% x\n", audio.EncodePCM(nil, []int16{1, -2, 32767}))
	// Output: 01 00 fe ff ff 7f
}

func ExamplePCMReader() {
	r := audio.NewPCMReader(bytes.NewReader([]byte{1, 0, 0xfe, 0xff}))
	buf := make([]int16, 160)
	for {
		n, err := r.Read(buf)
		fmt.Println(buf[:n], err)
		if err != nil {
			break
		}
	}
	// Output:
	// [1 -2] <nil>
	// [] EOF
}

// A recording keeps a hidden temporary name until it is closed.
func ExampleCreateWAV() {
	folder, err := os.MkdirTemp("", "recordings-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "note.wav")
	file, err := audio.CreateWAV(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Abort() // does nothing after Close
	silence := make([]int16, audio.SampleRate/2)
	if err := file.Write(silence); err != nil {
		fmt.Println(err)
		return
	}
	if err := file.Close(); err != nil {
		fmt.Println(err)
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Name(), info.Size(), "bytes")
	// Output: note.wav 16044 bytes
}

func ExampleWAVReader() {
	r, err := audio.NewWAVReader(strings.NewReader(audio.EmptyWAV))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Format().SampleRate, "Hz,", r.Format().Channels, "channel")
	samples, buf := []float32(nil), make([]float32, 4096)
	for {
		n, err := r.ReadMono(buf)
		samples = append(samples, buf[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(len(samples), "samples")
	// Output:
	// 16000 Hz, 1 channel
	// 0 samples
}

// A ring passes samples from a callback, which must not wait, to a slower reader.
func ExampleRing() {
	ring := audio.NewRing(2 * audio.SampleRate)
	go func() { // the callback
		ring.Write([]int16{1, 2, 3})
		ring.CloseWrite()
	}()
	buf := make([]int16, 1024)
	for {
		n, err := ring.Read(context.Background(), buf)
		if err == io.EOF {
			break
		}
		fmt.Println(buf[:n])
	}
	fmt.Println(ring.Dropped(), "samples dropped")
	// Output:
	// [1 2 3]
	// 0 samples dropped
}

func ExampleSeconds() {
	fmt.Println(audio.Seconds(24000), audio.SampleAt(1.5))
	// Output: 1.5 24000
}
