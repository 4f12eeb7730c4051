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

// reader turns the work into tasks: it reads, resamples and finds the speech, while
// the recognisers decode earlier tasks.
type reader struct {
	ctx      context.Context
	env      *cmdline.Env
	settings *settings
	work     *work
	plan     *plan
	queue    *queue
	halt     <-chan struct{} // closed when no more work should begin
	previous *task           // the last window of the recording
	began    time.Time       // when the program started
	replayed *atomic.Bool    // set if utterances arrive faster than they are spoken
}

// run reads everything. It returns errors of standard input and of the context;
// errors of files become part of their items.
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
		case <-r.env.Stop: // the previous file was the last
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
	return r.readItem(it, in)
}

// open opens a file and multiplies its samples by gain.
func (r *reader) open(file string, gain float32) (*input.Reader, error) {
	options := r.settings.input
	options.Through, options.Gain = r.env.Through, gain
	return options.OpenFile(file)
}

// liveLead is how far the audio of a microphone may be ahead of the time since the
// pipeline was started: the pre-roll of vf-record --armed, and a little more. Audio
// further ahead comes from a file, and nobody is waiting for its text.
const liveLead = 1500 * time.Millisecond

// stream reads standard input: utterances or audio.
func (r *reader) stream() error {
	in := bufio.NewReaderSize(r.env.Stdin, input.BufferSize)
	first, err := in.Peek(1)
	switch {
	case err == io.EOF:
		// vf-vad heard nobody: silence has no text and is not an error.
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
	it.replayed = true // like a file, the stream is a single item
	return r.readItem(it, pcm)
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
	if lead := u.Decided - time.Since(r.began).Seconds(); lead > liveLead.Seconds() {
		r.replayed.Store(true)
	}
	it.delay = time.Duration(max(u.Decided-u.End, 0) * float64(time.Second))
	w := window.Utterance(samples, audio.SampleAt(u.PCMStart), audio.SampleAt(u.Start), audio.SampleAt(u.End))
	if err := r.decode(it, w); err != nil {
		return err
	}
	return r.end(it, nil)
}

// readItem reads a whole stream as one item.
func (r *reader) readItem(it *item, in *input.Reader) error {
	r.previous = nil
	read := r.readSpeech
	if !r.settings.vad {
		read = r.readAll
	}
	samples, err := read(it, in)
	if err == nil && r.previous == nil && in.IsSoft() {
		err = r.retryLouder(it, in, read)
	}
	it.end, it.duration = audio.Seconds(samples), audio.Seconds(samples)
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, audio.ErrTruncated) && samples > 0: // the rest was read
		it.remarks = append(it.remarks, err.Error())
		err = nil
	case err != nil:
		err = cmdline.InputError(it.name(), err)
	}
	it.remarks = append(it.remarks, in.Remarks()...)
	return r.end(it, err)
}

// raisedPeak is the peak that very soft audio is raised to: -20 dBFS.
const raisedPeak = 3277

// retryLouder reads a very soft file, in which no speech was found, again at a higher
// level. A stream cannot be read again and only gets a remark.
func (r *reader) retryLouder(it *item, in *input.Reader, read func(*item, *input.Reader) (int, error)) error {
	peak := in.PeakDB()
	gain := float32(raisedPeak) / float32(in.Peak())
	if isRegular(it.file) {
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
		it.remarks = append(it.remarks, fmt.Sprintf("very soft (peak at %.0f dBFS), so its level was raised by %.0f dB",
			peak, 20*math.Log10(float64(gain))))
	} else {
		it.remarks = append(it.remarks, fmt.Sprintf(input.NothingHeard, peak))
	}
	return nil
}

// isRegular reports whether a file can be read more than once.
func isRegular(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

// readAll makes a single window of all the audio, which libwhisper divides itself.
func (r *reader) readAll(it *item, in *input.Reader) (int, error) {
	all, err := input.ReadAll(in)
	if err != nil && !errors.Is(err, audio.ErrTruncated) || len(all) == 0 {
		return len(all), err
	}
	w := window.Whole(all, 0)
	speech, speechErr := findSpeech(all)
	if speechErr != nil {
		return len(all), speechErr
	}
	w.Heard(speech)
	return len(all), errors.Join(err, r.decode(it, w))
}

// findSpeech returns where somebody speaks, in seconds.
func findSpeech(samples []int16) ([]align.Span, error) {
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

// readSpeech packs the speech into windows and skips the silence. It returns the
// number of samples read.
func (r *reader) readSpeech(it *item, in *input.Reader) (samples int, err error) {
	stream := vad.NewStream(vad.NewDetector(), vad.NewSegmenter(vad.DefaultConfig()))
	stream.Confirm = r.settings.confirm
	packer := window.NewPacker(r.settings.window)
	put := func(w *window.Window) error {
		if w == nil {
			return nil
		}
		return r.decode(it, w)
	}
	canRetry := isRegular(it.file)
	add := func(u *vad.Utterance) error {
		if canRetry && in.IsSoft() { // so far; see retryLouder
			return nil
		}
		return put(packer.Add(u))
	}
	buf := make([]int16, audio.SampleRate)
	var truncated error // the audio is shorter than its header says
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
			truncated = err
			break
		}
		if err != nil {
			return samples, err
		}
	}
	if err := stream.Flush(add); err != nil {
		return samples, err
	}
	return samples, errors.Join(put(packer.Flush()), truncated)
}

// decode queues the recording's next window.
func (r *reader) decode(it *item, w *window.Window) error {
	next := &task{item: it, window: w, previous: r.previous}
	r.previous = next
	return r.queue.put(r.ctx, next)
}

// end queues the end of an item, with the error if it could not be read.
func (r *reader) end(it *item, err error) error {
	if err != nil {
		it.failed.Store(true)
	}
	return r.queue.put(r.ctx, &task{item: it, err: err})
}
