package audio_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"voiceflow/pkg/audio"
)

func TestRingOverflow(t *testing.T) {
	ctx, buf := t.Context(), make([]int16, 10)
	r := audio.NewRing(4)
	if n := r.Write([]int16{1, 2, 3}); n != 3 {
		t.Errorf("%d written", n)
	}
	if n, err := r.Read(ctx, buf[:2]); n != 2 || err != nil || !slices.Equal(buf[:2], []int16{1, 2}) {
		t.Errorf("%v, %v", buf[:n], err)
	}
	if n := r.Write([]int16{4, 5, 6, 7, 8}); n != 3 || r.Dropped() != 2 {
		t.Errorf("%d written, %d dropped", n, r.Dropped())
	}
	r.CloseWrite()
	r.CloseWrite()
	if n := r.Write([]int16{9}); n != 0 || r.Dropped() != 2 {
		t.Errorf("after closing %d written, %d dropped", n, r.Dropped())
	}
	if n, err := r.Read(ctx, buf); err != nil || !slices.Equal(buf[:n], []int16{3, 4, 5, 6}) {
		t.Errorf("%v, %v", buf[:n], err)
	}
	if n, err := r.Read(ctx, buf); n != 0 || err != io.EOF {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := r.Read(ctx, nil); n != 0 || err != nil {
		t.Errorf("reading nothing: %d, %v", n, err)
	}
}

// TestRingPassesEverything runs writer and reader against each other, with
// portions larger and smaller than the ring.
func TestRingPassesEverything(t *testing.T) {
	for _, capacity := range []int{0, 1, 7, 1000, 1 << 17} {
		all, r := everyInt16(), audio.NewRing(capacity)
		written := make(chan error, 1)
		go func() {
			defer r.CloseWrite()
			for portion := range slices.Chunk(all, 999) {
				if err := r.WriteAll(t.Context(), portion); err != nil {
					written <- err
					return
				}
			}
			written <- nil
		}()
		var got []int16
		buf := make([]int16, 160)
		for {
			n, err := r.Read(t.Context(), buf)
			got = append(got, buf[:n]...)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := <-written; err != nil || !slices.Equal(got, all) || r.Dropped() != 0 {
			t.Errorf("capacity %d: %d samples of %d, %v, %d dropped", capacity, len(got), len(all), err, r.Dropped())
		}
	}
}

func TestRingCancelled(t *testing.T) {
	r := audio.NewRing(2)
	reader, stopReader := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := r.Read(reader, make([]int16, 1))
		ended <- err
	}()
	stopReader()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Read: %v", err)
	}
	writer, stopWriter := context.WithCancel(t.Context())
	go func() { ended <- r.WriteAll(writer, make([]int16, 3)) }()
	stopWriter()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("WriteAll: %v", err)
	}
	go func() { ended <- r.WriteAll(t.Context(), make([]int16, 3)) }()
	r.CloseWrite()
	if err := <-ended; err != io.ErrClosedPipe {
		t.Errorf("WriteAll when closed: %v", err)
	}
}
