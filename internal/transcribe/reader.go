package transcribe

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/filelist"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/event"
)

// reader turns the input into tasks: it reads, resamples and finds the speech, while
// the recognisers decode earlier tasks.
type reader struct {
	*Transcriber
	previous  *task // the last window of the recording
	dictation dictation
	guess     *guess // the latest that may be an utterance as it is; nil: none
	written   written
}

// run reads everything. It returns errors of the stream, the backend and the context;
// errors of files become part of their items.
func (r *reader) run() error {
	if r.Stream != nil {
		return r.stream()
	}
	if err := r.openBackend(); err != nil {
		return err
	}
	id := 0
	for _, p := range r.Problems {
		if err := r.end(newItem(id, p.Name), exitcode.New(exitcode.Input, p)); err != nil {
			return err
		}
		id++
	}
	for _, file := range r.Files {
		select {
		case <-r.Stop: // the previous file was the last
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

// openBackend opens the backend. It happens before the first task is queued.
func (r *reader) openBackend() (err error) {
	r.backend, err = r.Open(r.ctx)
	return err
}

func (r *reader) file(it *Item, file filelist.File) error {
	if r.Prepare != nil {
		var err error
		if it.skip, err = r.Prepare(it, file); err != nil {
			return r.end(it, exitcode.New(exitcode.NoTarget, err))
		}
	}
	if it.skip {
		return r.end(it, nil)
	}
	in, err := r.open(it.File, 1)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return r.end(it, exitcode.New(exitcode.Input, err))
	}
	defer in.Close()
	return r.readItem(it, in)
}

// open opens a file and multiplies its samples by gain.
func (r *reader) open(file string, gain float32) (*input.Reader, error) {
	options := r.Input
	options.Gain = gain
	return options.OpenFile(file)
}

// liveLead is how far the audio of a microphone may be ahead of the time since the
// pipeline was started: the pre-roll of vf-record --armed, and a little more. Audio
// further ahead comes from a file, and nobody is waiting for its text.
const liveLead = 1500 * time.Millisecond

// stream reads the stream: utterances or audio.
func (r *reader) stream() error {
	in := bufio.NewReaderSize(r.Stream, input.BufferSize)
	first, err := in.Peek(1)
	switch {
	case err == io.EOF:
		// vf-vad heard nobody: silence has no text and is not an error.
		return nil
	case err != nil:
		return exitcode.InputError(r.Config.Name, err)
	}
	if first[0] == '{' {
		return r.utterances(event.NewReader(in))
	}
	if err := r.openBackend(); err != nil {
		return err
	}
	pcm, err := r.Input.Open(in)
	if err != nil {
		return exitcode.InputError(r.Config.Name, err)
	}
	defer pcm.Close()
	it := r.streamItem(0)
	it.Replayed = true // like a file, the stream is a single item
	return r.readItem(it, pcm)
}

func (r *reader) utterances(in *event.Reader) error {
	defer r.withdraw()
	r.records.Store(in)
	for in.Scan() {
		select {
		case <-r.halt:
			return nil
		default:
		}
		if _, isEnd := in.Record().(*event.End); isEnd {
			continue // the run has its own
		}
		var err error
		if r.backend == nil {
			if err = r.openBackend(); err != nil {
				return err
			}
		}
		switch rec := in.Record().(type) {
		case *event.Utterance:
			err = r.utterance(rec)
		case *event.Tentative:
			r.tentative(rec)
		case *event.Mark:
			err = r.mark(rec)
		default:
			err = r.put(&task{record: rec})
		}
		if err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return exitcode.InputError(r.Config.Name, err)
	}
	return nil
}

func (r *reader) utterance(u *event.Utterance) error {
	early := r.guessOf(u)
	drop(r.queue.partial) // it is a part of this one
	if !r.rest(u) {
		return nil
	}
	it := r.utteranceItem(u)
	if lead := u.Decided - time.Since(r.Began).Seconds(); lead > liveLead.Seconds() {
		r.replayed.Store(true)
	}
	it.Delay = time.Duration(max(u.Decided-u.End, 0) * float64(time.Second))
	if err := r.enqueue(it, windowOf(u, audio.DecodePCM(nil, u.PCM)), early); err != nil {
		return err
	}
	return r.end(it, nil)
}

// utteranceItem returns the item of an utterance.
func (r *reader) utteranceItem(u *event.Utterance) *Item {
	it := r.streamItem(u.ID)
	it.Start, it.End, it.Duration = u.Start, u.End, audio.Seconds(len(u.PCM)/2)
	return it
}

func windowOf(u *event.Utterance, samples []int16) *window.Window {
	return window.Utterance(samples, audio.SampleAt(u.PCMStart), audio.SampleAt(u.Start), audio.SampleAt(u.End))
}

// streamItem returns an item of the stream.
func (r *reader) streamItem(id int) *Item {
	it := newItem(id, "")
	it.name = r.Config.Name
	return it
}

// enqueue queues the recording's next window; early is the guess with the same sound.
func (r *reader) enqueue(it *Item, w *window.Window, early *guess) error {
	next := &task{item: it, window: w, previous: r.previous, guess: early}
	r.previous = next
	return r.put(next)
}

// end queues the end of an item, with the error if it could not be read.
func (r *reader) end(it *Item, err error) error {
	if err != nil {
		it.failed.Store(true)
	}
	return r.put(&task{item: it, err: err})
}

// put queues a task of the current dictation.
func (r *reader) put(t *task) error {
	t.ctx = r.dictation.context(r.ctx)
	return r.queue.put(r.ctx, t)
}
