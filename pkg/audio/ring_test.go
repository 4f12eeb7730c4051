package audio_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
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
		t.Errorf("after closing: %d written, %d dropped", n, r.Dropped())
	}
	if n, err := r.Read(ctx, buf); err != nil || !slices.Equal(buf[:n], []int16{3, 4, 5, 6, 0, 0}) {
		t.Errorf("%v, %v", buf[:n], err)
	}
	if n, err := r.Read(ctx, buf); n != 0 || err != io.EOF {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := r.Read(ctx, nil); n != 0 || err != nil {
		t.Errorf("an empty Read returned %d, %v", n, err)
	}
}

// TestRingPassesEverything runs a writer and a reader concurrently, with blocks
// larger and smaller than the ring.
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
			t.Errorf("capacity %d: read %d of %d samples, %v, %d dropped", capacity, len(got), len(all), err, r.Dropped())
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

func TestRingSkip(t *testing.T) {
	r, buf := audio.NewRing(4), make([]int16, 10)
	r.Skip(2)
	r.Write([]int16{1, 2})
	r.Skip(0)
	r.Skip(1)
	r.Skip(2)
	r.Write([]int16{3})
	if n, err := r.Read(t.Context(), buf[:3]); err != nil || !slices.Equal(buf[:n], []int16{0, 0, 1}) {
		t.Errorf("%v, %v", buf[:n], err)
	}
	r.Skip(1)
	r.CloseWrite()
	r.Skip(100)
	if n, err := r.Read(t.Context(), buf); err != nil || !slices.Equal(buf[:n], []int16{2, 0, 0, 0, 3, 0}) {
		t.Errorf("%v, %v", buf[:n], err)
	}
	if n, err := r.Read(t.Context(), buf); n != 0 || err != io.EOF || r.Dropped() != 0 {
		t.Errorf("%d, %v, %d dropped", n, err, r.Dropped())
	}
}

// TestRingKeepsPlaces writes, drops and skips at random: every sample read must
// be in its place, and none missing.
func TestRingKeepsPlaces(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		r := audio.NewRing(1 + random.IntN(300))
		var want, got []int16
		var dropped int64
		next, buf := int16(0), make([]int16, 400)
		read := func(n int) error {
			n, err := r.Read(t.Context(), buf[:n])
			got = append(got, buf[:n]...)
			return err
		}
		for range 500 {
			switch samples := buf[:1+random.IntN(150)]; random.IntN(5) {
			case 0, 1:
				for i := range samples {
					next = next%1000 + 1 // never zero
					samples[i] = next
				}
				n := r.Write(samples)
				clear(samples[n:])
				want = append(want, samples...)
				dropped += int64(len(samples) - n)
			case 2:
				r.Skip(int64(len(samples)))
				want = append(want, make([]int16, len(samples))...)
			default:
				if len(got) < len(want) {
					if err := read(len(samples)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		r.CloseWrite()
		for read(len(buf)) == nil {
		}
		if !slices.Equal(got, want) || r.Dropped() != dropped {
			t.Fatalf("seed %d: read %d samples, want %d; %d dropped, want %d", seed, len(got), len(want), r.Dropped(), dropped)
		}
	}
}

// TestRingFewGaps checks that a reader slower than the writer causes few gaps,
// not one per block.
func TestRingFewGaps(t *testing.T) {
	r, block := audio.NewRing(5*audio.SampleRate), slices.Repeat([]int16{1}, 160)
	buf := make([]int16, 144) // nine tenths of a block
	var got []int16
	for range 12000 { // two minutes
		r.Write(block)
		n, err := r.Read(t.Context(), buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	r.CloseWrite()
	for {
		n, err := r.Read(t.Context(), buf)
		if err != nil {
			break
		}
		got = append(got, buf[:n]...)
	}
	gaps := 0
	for i := 1; i < len(got); i++ {
		if got[i] == 0 && got[i-1] != 0 {
			gaps++
		}
	}
	if len(got) != 12000*160 || gaps == 0 || gaps > 20 {
		t.Errorf("%d samples, want %d; %d gaps", len(got), 12000*160, gaps)
	}
}

// TestRingReadPart: missing samples come apart from the others.
func TestRingReadPart(t *testing.T) {
	r := audio.NewRing(10)
	r.Write([]int16{1, 2})
	r.Skip(5)
	r.Write([]int16{3})
	r.CloseWrite()
	dst := make([]int16, 4)
	for _, want := range []struct {
		samples []int16
		missing bool
	}{{[]int16{1, 2}, false}, {[]int16{0, 0, 0, 0}, true}, {[]int16{0}, true}, {[]int16{3}, false}} {
		n, missing, err := r.ReadPart(t.Context(), dst)
		if err != nil || missing != want.missing || !slices.Equal(dst[:n], want.samples) {
			t.Errorf("%v, %v, %v; want %v", dst[:n], missing, err, want)
		}
	}
	if n, _, err := r.ReadPart(t.Context(), dst); n != 0 || err != io.EOF {
		t.Errorf("at the end: %d samples, %v", n, err)
	}
}
