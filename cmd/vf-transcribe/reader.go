package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/filelist"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/event"
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
