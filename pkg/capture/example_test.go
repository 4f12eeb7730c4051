package capture_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/capture"
)

// This records five seconds from the default microphone and writes them as PCM.
func Example() {
	if err := record(5*time.Second, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

func record(d time.Duration, out *os.File) (err error) {
	system, err := capture.Open(false)
	if err != nil {
		return err
	}
	defer system.Close()
	ring := audio.NewRing(10 * audio.SampleRate)
	stream, err := system.Record(capture.Options{Reconnect: 10 * time.Second}, ring, func(e capture.Event) {
		if e.Kind == capture.Lost {
			fmt.Fprintf(os.Stderr, "%s is gone: %v\n", e.Device, e.Err)
		}
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stream.Stop()) }()
	buf := make([]int16, audio.SampleRate/10)
	for left := int(audio.Samples(d)); left > 0; {
		n, err := ring.Read(context.Background(), buf[:min(left, len(buf))])
		if err != nil {
			return err // io.EOF if the microphone did not come back; Stop says why
		}
		if err := audio.WritePCM(out, buf[:n]); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

func ExampleSystem_Devices() {
	system, err := capture.Open(false)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer system.Close()
	devices, err := system.Devices()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range devices {
		fmt.Printf("%d: %s, %.0f Hz\n", d.Index, d.Name, d.SampleRate)
	}
}
