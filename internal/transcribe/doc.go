// Package transcribe turns recordings, streams and utterances into transcripts: it
// reads the audio, finds the speech, decodes it in parallel, and puts the results
// together in the order of the input.
//
// A [Transcriber] is one run over its input. It has a reader, some recognisers and
// a writer, joined by a queue. It knows neither flags nor file formats: what
// becomes of transcripts is up to its [Output], and where audio is decoded, up to
// its [Backend].
package transcribe

import (
	"context"
	"io"
	"time"

	"voiceflow/internal/filelist"
	"voiceflow/internal/resume"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
)

// Config configures a run.
type Config struct {
	// Stream is the input: utterances or audio, detected automatically. If it is nil,
	// the input is Files.
	Stream io.Reader
	// Name is what messages call the stream.
	Name     string
	Files    []filelist.File
	Problems []*filelist.Problem // each becomes a failed item
	// Prepare is called before a file is read, and may set the item's Target. skip
	// means that there is nothing to do. Nil: all files are read.
	Prepare func(it *Item, file filelist.File) (skip bool, err error)

	Input       input.Options
	AllAudio    bool            // decode everything, not only speech
	Decoding    engine.Decoding // as the backend has it
	Words       bool            // include words and their times in the transcripts
	Recognisers int             // how many windows may be decoded at the same time
	Queue       int             // windows that may wait
	Partial     bool            // decode utterances that go on, too, for Output.Partial

	// Open returns the backend. It is called once: before the first file is read, or
	// when the first sound or line of a stream has arrived.
	Open func(context.Context) (*Backend, error)
	// Stop is closed when no further file should begin; nil: never.
	Stop <-chan struct{}
	// Began is when the pipeline was started. Utterances of a stream that are further
	// ahead come from a file.
	Began time.Time
}

// Backend decodes windows of audio.
type Backend struct {
	Decoder
	Window float64 // the most speech that a window should have, in seconds
	// Confirm has the last word on what the detector takes for speech in a recording;
	// see vad.Stream. It may be nil.
	Confirm func(*vad.Utterance) (bool, error)
	Weights resume.File // of the model; the zero value if they are not known
}

// Decoder is where windows are decoded: in this process, or by a server.
type Decoder interface {
	// Decode is as engine.Engine.Decode.
	Decode(context.Context, engine.Sound, engine.Spoken) (*engine.Result, error)
	// Describe returns what the transcript of a recording without speech says about
	// the recogniser.
	Describe() Description
}

// Description describes a recogniser.
type Description struct {
	Model, Device string
	Language      string // its code; empty if it is detected
}

// Output receives the results, in the order of the input. An error that it returns
// ends the run.
type Output interface {
	// Partial receives the text so far of an utterance that goes on. The Transcript with the
	// same ID replaces it.
	Partial(*event.Partial) error
	// Draft receives what is known of an item's transcript after each window.
	Draft(*Item, *event.Transcript) error
	// Transcript receives a complete transcript.
	Transcript(*Item, *event.Transcript) error
	// Incomplete receives what had been transcribed when the run was cancelled.
	Incomplete(*event.Transcript) error
	// Failure reports that an item could not be transcribed; the error wraps an
	// exitcode.Error.
	Failure(*Item, error) error
	// Skip reports an item that Prepare skipped.
	Skip(*Item) error
	// Record receives the lines of a stream that are not utterances, except an event.End:
	// what follows one belongs to the run, too.
	Record(event.Record) error
}
