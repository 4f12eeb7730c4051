package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/filelist"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
)

// reader turns the work into tasks: it reads, resamples and finds the speech
// while the recognisers decode what came before.
type reader struct {
	ctx      context.Context
	env      *cmdline.Env
	settings *settings
	work     *work
	plan     *plan
	queue    *queue
	halt     <-chan struct{} // closed when no more work shall be begun
	previous *task           // the window of the recording that was read last
	began    time.Time       // of the program
	replayed *atomic.Bool    // set where utterances come faster than they are spoken
}

// run reads all there is. The error is one of standard input or of the context:
// those of files are their own.
func (r *reader) run() error {
	if r.work.stream {
		return r.stream()
	}
	id := 0
	for _, p := range r.work.problems {
		it := newItem(id, p.Name)
		id++
		if err := r.end(it, cmdline.Exit(exitcode.Input, p)); err != nil {
			return err
		}
	}
	for _, file := range r.work.files {
		select {
		case <-r.env.Stop: // the file before is the last
			return nil
		case <-r.halt:
			return nil
		default:
		}
		if err := r.file(newItem(id, file.Name), file); err != nil {
			return err
		}
		id++
	}
	return nil
}

func (r *reader) file(it *item, file filelist.File) error {
	var err error
	if it.place, err = r.plan.place(file); err != nil {
		return r.end(it, cmdline.Exit(exitcode.NoTarget, err))
	}
	if it.place.skip {
		return r.end(it, nil)
	}
	in, err := r.open(it.file, 1)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return r.end(it, cmdline.Exit(exitcode.Input, err))
	}
	defer in.Close()
	return r.whole(it, in)
}

// open opens a file and raises its level by a factor.
func (r *reader) open(file string, gain float32) (*input.Reader, error) {
	options := r.settings.input
	options.Through, options.Gain = r.env.Through, gain
	return options.OpenFile(file)
}

// ahead is how far the sound of a microphone may be ahead of the time since the
// pipeline was started: by the pre-roll of vf-record --armed, and a little more.
// What is further ahead comes from a file, and nobody waits for its text.
const ahead = 1500 * time.Millisecond

// stream reads standard input, whichever of the two languages it is in.
func (r *reader) stream() error {
	in := bufio.NewReaderSize(r.env.Stdin, input.BufferSize)
	first, err := in.Peek(1)
	switch {
	case err == io.EOF:
		// vf-vad that heard nobody: silence gives no text, and no error.
		return nil
	case err != nil:
		return cmdline.InputError("standard input", err)
	case first[0] == '{':
		return r.utterances(event.NewReader(in))
	}
	pcm, err := r.settings.input.Open(in)
	if err != nil {
		return cmdline.InputError("standard input", err)
	}
	defer pcm.Close()
	it := newItem(0, "")
	it.replayed = true // as with a file, all of it is one text
	return r.whole(it, pcm)
}

func (r *reader) utterances(in *event.Reader) error {
	for in.Scan() {
		select {
		case <-r.halt:
			return nil
		default:
		}
		var err error
		switch rec := in.Record().(type) {
		case *event.Utterance:
			err = r.utterance(rec)
		default:
			err = r.queue.put(r.ctx, &task{record: rec})
		}
		if err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return cmdline.InputError("standard input", err)
	}
	return nil
}

func (r *reader) utterance(u *event.Utterance) error {
	it := newItem(u.ID, "")
	samples := audio.DecodePCM(nil, u.PCM)
	it.start, it.end, it.duration = u.Start, u.End, audio.Seconds(len(samples))
	if seconds := u.Decided - time.Since(r.began).Seconds(); seconds > ahead.Seconds() {
		r.replayed.Store(true)
	}
	it.delay = time.Duration(max(u.Decided-u.End, 0) * float64(time.Second))
	w := window.Utterance(samples, audio.SampleAt(u.PCMStart), audio.SampleAt(u.Start), audio.SampleAt(u.End))
	if err := r.decode(it, w); err != nil {
		return err
	}
	return r.end(it, nil)
}

// whole reads all of a stream as one item.
func (r *reader) whole(it *item, in *input.Reader) error {
	r.previous = nil
	read := r.speech
	if !r.settings.vad {
		read = r.everything
	}
	samples, err := read(it, in)
	if err == nil && r.previous == nil && in.IsSoft() {
		err = r.louder(it, in, read)
	}
	it.end, it.duration = audio.Seconds(samples), audio.Seconds(samples)
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, audio.ErrTruncated) && samples > 0: // what is there has been read
		it.remarks = append(it.remarks, err.Error())
		err = nil
	case err != nil:
		err = cmdline.InputError(it.name(), err)
	}
	it.remarks = append(it.remarks, in.Remarks()...)
	return r.end(it, err)
}

// raisedPeak is that of very soft sound whose level was raised: -20 dBFS.
const raisedPeak = 3277

// louder reads a file again in which nothing was heard, as it is very soft, and
// raises its level. A stream cannot be read again; what it is like is told.
func (r *reader) louder(it *item, in *input.Reader, read func(*item, *input.Reader) (int, error)) error {
	peak := in.PeakDB()
	gain := float32(raisedPeak) / float32(in.Peak())
	if regular(it.file) {
		raised, err := r.open(it.file, gain)
		if err != nil {
			return err
		}
		defer raised.Close()
		if _, err := read(it, raised); err != nil {
			return err
		}
	}
	if r.previous != nil {
		it.remarks = append(it.remarks, fmt.Sprintf("it is very soft (peak at %.0f dBFS), and its level was raised by %.0f dB", peak, 20*math.Log10(float64(gain))))
	} else {
		it.remarks = append(it.remarks, fmt.Sprintf(input.NothingHeard, peak))
	}
	return nil
}

// regular reports whether a file can be read again.
func regular(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

// everything makes one window of the whole, which libwhisper goes through by
// itself.
func (r *reader) everything(it *item, in *input.Reader) (int, error) {
	all, err := input.ReadAll(in)
	if err != nil && !errors.Is(err, audio.ErrTruncated) || len(all) == 0 {
		return len(all), err
	}
	w := window.Whole(all, 0)
	heard, hearErr := speechIn(all)
	if hearErr != nil {
		return len(all), hearErr
	}
	w.SetSpeech(heard)
	return len(all), errors.Join(err, r.decode(it, w))
}

// speechIn is where somebody speaks, in seconds of the samples.
func speechIn(samples []int16) ([]align.Span, error) {
	stream := vad.NewStream(vad.NewDetector(), vad.NewSegmenter(vad.DefaultConfig()))
	speech := []align.Span{}
	add := func(u *vad.Utterance) error {
		speech = append(speech, align.Span{Start: audio.Seconds(u.Start), End: audio.Seconds(u.End)})
		return nil
	}
	if err := stream.Push(samples, add); err != nil {
		return nil, err
	}
	return speech, stream.Flush(add)
}

// speech packs what is spoken into windows and leaves out the silence.
func (r *reader) speech(it *item, in *input.Reader) (samples int, err error) {
	stream := vad.NewStream(vad.NewDetector(), vad.NewSegmenter(vad.DefaultConfig()))
	stream.Confirm = r.settings.confirm
	packer := window.NewPacker(r.settings.window)
	put := func(w *window.Window) error {
		if w == nil {
			return nil
		}
		return r.decode(it, w)
	}
	again := regular(it.file)
	add := func(u *vad.Utterance) error {
		if again && in.IsSoft() { // until now; see louder
			return nil
		}
		return put(packer.Add(u))
	}
	buf := make([]int16, audio.SampleRate)
	var cut error // the audio ended sooner than it promised
	for {
		n, err := in.Read(buf)
		samples += n
		if err := stream.Push(buf[:n], add); err != nil {
			return samples, err
		}
		if err == io.EOF {
			break
		}
		if errors.Is(err, audio.ErrTruncated) {
			cut = err
			break
		}
		if err != nil {
			return samples, err
		}
	}
	if err := stream.Flush(add); err != nil {
		return samples, err
	}
	return samples, errors.Join(put(packer.Flush()), cut)
}

// decode hands on a window of the recording, after the one before.
func (r *reader) decode(it *item, w *window.Window) error {
	next := &task{item: it, window: w, previous: r.previous}
	r.previous = next
	return r.queue.put(r.ctx, next)
}

// end says that all of an item was read, or why it was not.
func (r *reader) end(it *item, err error) error {
	if err != nil {
		it.failed.Store(true)
	}
	return r.queue.put(r.ctx, &task{item: it, err: err})
}
