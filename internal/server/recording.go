package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/filelist"
	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/server/turns"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
)

// recording is an uploaded recording in a temporary file of the server's own.
type recording struct {
	file string
	size int64
}

// store reads an upload into a temporary file.
func (s *Server) store(body io.Reader) (*recording, error) {
	f, err := os.CreateTemp("", endpoint.UploadFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rec := &recording{file: f.Name()}
	rec.size, err = io.Copy(f, io.LimitReader(body, s.config().MaxUpload+1))
	if err == nil && rec.size > s.config().MaxUpload {
		err = &http.MaxBytesError{Limit: s.config().MaxUpload}
	}
	if err != nil {
		rec.remove()
		return nil, err
	}
	return rec, nil
}

func (r *recording) remove() { _ = os.Remove(r.file) } // nobody can do more about it

// shortRecording is up to which size, in bytes, somebody probably waits for the text: a
// minute and a half of PCM.
const shortRecording = 3 << 20

func (r *recording) class() turns.Class {
	if r.size <= shortRecording {
		return turns.Interactive
	}
	return turns.Batch
}

// order is what a request wants.
type order struct {
	model    string
	decoding engine.Decoding
	words    bool // with times
	partial  bool // with the text so far of utterances that go on
	client   string
	drafts   func(*event.Transcript) error // called as the text grows; may be nil
}

// transcribe transcribes a recording.
func (s *Server) transcribe(ctx context.Context, o *order, rec *recording) (*event.Transcript, error) {
	out := &collector{server: s, file: rec.file, drafts: o.drafts}
	c := s.runConfig(o)
	c.Files = []filelist.File{{Name: rec.file}}
	u := s.newUse(o, client{o.client, rec.class()})
	defer u.release()
	c.Open, out.use = u.open, u
	err := transcribe.New(c, out).Run(ctx)
	switch {
	case err != nil:
		return nil, err
	case out.failure != nil:
		return nil, out.failure
	case out.transcript == nil:
		return nil, errors.New("the recording gave no transcript")
	}
	return out.transcript, nil
}

// runConfig returns what runs for recordings and pipelines have in common.
func (s *Server) runConfig(o *order) *transcribe.Config {
	return &transcribe.Config{
		Input: s.config().Input, AllAudio: s.config().AllAudio, Decoding: o.decoding, Words: o.words,
		Recognisers: s.config().Recognisers, Queue: 2 * max(s.config().Recognisers, 1),
	}
}

// collector keeps the transcript of a single recording.
type collector struct {
	server     *Server
	use        *use
	file       string
	drafts     func(*event.Transcript) error
	transcript *event.Transcript
	failure    error
}

// notAudio is a recording that cannot be read.
type notAudio struct{ error }

func (c *collector) Draft(_ *transcribe.Item, t *event.Transcript) error {
	if c.drafts == nil {
		return nil
	}
	return c.drafts(t)
}

func (c *collector) Transcript(it *transcribe.Item, t *event.Transcript) error {
	it.File, t.File = "", "" // the name of a temporary file
	it.Replayed = true
	c.server.measure(c.use.model, it, t)
	c.transcript = t
	return nil
}

// Failure keeps the error, without the name of the temporary file.
func (c *collector) Failure(_ *transcribe.Item, err error) error {
	var coded *exitcode.Error
	if errors.As(err, &coded) && coded.Code == exitcode.Input {
		message := strings.ReplaceAll(err.Error(), c.file+": ", "")
		err = notAudio{fmt.Errorf("the recording cannot be read: %s", strings.ReplaceAll(message, c.file, "the recording"))}
	}
	c.failure = err
	return nil
}

func (c *collector) Incomplete(*event.Transcript) error { return nil }
func (c *collector) Skip(*transcribe.Item) error        { return nil }
func (c *collector) Partial(*event.Partial) error       { return nil }
func (c *collector) Record(event.Record) error          { return nil }
