package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
	"voiceflow/pkg/input"
	"voiceflow/pkg/whisper"
)

// transcriber is one recogniser at work on items: utterances, a stream, files.
type transcriber struct {
	env        *tool.Env
	lib        *whisper.Library
	model      *whisper.Model
	recogniser *whisper.Recogniser
	params     whisper.Params
	out        *output

	done, failed int   // items
	firstFailure error // with its exit code
}

func (t *transcriber) close() {
	if t.recogniser != nil {
		t.recogniser.Close()
	}
	if t.model != nil {
		t.model.Close()
	}
	t.lib.Close()
}

// item is audio to transcribe, with what is known about it.
type item struct {
	id         int
	file       string
	samples    []int16
	pcmStart   float64 // time of the first sample, seconds
	start, end float64 // of the speech, seconds
}

// files transcribes WAV files. The first interrupt lets the current one
// finish.
func (t *transcriber) files(paths []string) error {
	for id, path := range paths {
		select {
		case <-t.env.Stop:
			return tool.Exit(tool.Interrupted, fmt.Errorf("interrupted: %d of %d files are done", id, len(paths)))
		default:
		}
		if err := t.file(id, path); err != nil {
			return err
		}
	}
	return t.verdict()
}

func (t *transcriber) file(id int, path string) error {
	in, err := input.OpenFile(path)
	if err != nil {
		return t.fail(id, path, tool.Exit(tool.Input, err))
	}
	defer in.Close()
	return t.whole(id, path, in)
}

// whole transcribes all of a stream as one item.
func (t *transcriber) whole(id int, path string, in *input.Reader) error {
	samples, err := input.ReadAll(in)
	if err != nil {
		name := path
		if name == "" {
			name = "standard input"
		}
		return t.fail(id, path, tool.InputError(name, err))
	}
	end := float64(len(samples)) / audio.SampleRate
	return t.item(item{id: id, file: path, samples: samples, end: end})
}

// stream transcribes standard input, whichever of the two languages it is in.
func (t *transcriber) stream() error {
	in := bufio.NewReader(t.env.Stdin)
	first, err := in.Peek(1)
	switch {
	case err == io.EOF:
		// vf-vad that heard nobody: silence gives no text, and no error.
		return nil
	case err != nil:
		return tool.InputError("standard input", err)
	case first[0] == '{':
		return t.utterances(event.NewReader(in))
	}
	pcm, err := input.Open(in)
	if err != nil {
		return tool.InputError("standard input", err)
	}
	defer pcm.Close()
	if err := t.whole(0, "", pcm); err != nil {
		return err
	}
	return t.verdict()
}

func (t *transcriber) utterances(in *event.Reader) error {
	for in.Scan() {
		var err error
		switch r := in.Record().(type) {
		case *event.Utterance:
			err = t.item(item{
				id: r.ID, samples: audio.DecodePCM(nil, r.PCM),
				pcmStart: r.PCMStart, start: r.Start, end: r.End,
			})
		case *event.SyntaxError:
			t.failed++
			t.firstFailure = tool.Exit(tool.SomeFailed, nil)
			t.env.Log.Error().Msg("standard input: " + r.Error())
		default:
			err = t.out.pass(r)
		}
		if err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return tool.InputError("standard input", err)
	}
	return t.verdict()
}

// item transcribes one item and writes the result. A failure of the item is
// written as such and does not end the run; the error returned does.
func (t *transcriber) item(it item) error {
	result, retries, err := t.decode(t.env.Context, audio.Float32(nil, it.samples))
	if errors.Is(err, context.Canceled) {
		return err
	}
	if err != nil {
		return t.fail(it.id, it.file, tool.Exit(tool.Recogniser, err))
	}
	t.done++
	transcript := t.transcript(it, result)
	transcript.Retries = retries
	t.env.Metrics.Info().Int("id", it.id).Str("file", it.file).Float64("audio_seconds", transcript.Duration).
		Float64("processing_seconds", transcript.ProcessingSeconds).Float64("speed_factor", transcript.SpeedFactor).
		Str("device", transcript.Device).Msg("transcribed")
	return t.out.transcript(transcript)
}

func (t *transcriber) transcript(it item, result *whisper.Result) *event.Transcript {
	tr := &event.Transcript{
		ID: it.id, File: it.file, Start: it.start, End: it.end,
		Text: result.Text(), Language: result.Language, Duration: result.Duration,
		Model: t.model.Name(), Device: t.model.Device(), AudioCtx: result.AudioContext,
		ProcessingSeconds: result.Processing.Seconds(),
	}
	if tr.ProcessingSeconds > 0 {
		tr.SpeedFactor = tr.Duration / tr.ProcessingSeconds
	}
	for i, s := range result.Segments {
		tr.Segments = append(tr.Segments, event.Segment{
			ID: i, Start: it.pcmStart + s.Start, End: it.pcmStart + s.End, Text: s.Text,
			AvgLogprob: s.AvgLogprob, CompressionRatio: s.CompressionRatio,
			NoSpeechProb: s.NoSpeechProb, Temperature: result.Temperature,
		})
	}
	return tr
}

// fail records that an item failed, in the output and in the log.
func (t *transcriber) fail(id int, file string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	t.failed++
	if t.firstFailure == nil {
		t.firstFailure = err
	}
	t.env.Log.Error().Msg(err.Error())
	return t.out.failure(&event.Failure{ID: id, File: file, Error: err.Error()})
}

// verdict is the run's outcome: with nothing done, the failure's own exit code.
// All failures have been told by now.
func (t *transcriber) verdict() error {
	switch {
	case t.failed == 0:
		return nil
	case t.done == 0:
		var coded *tool.ExitError
		errors.As(t.firstFailure, &coded)
		return tool.Exit(coded.Code, nil)
	default:
		return tool.Exit(tool.SomeFailed, nil)
	}
}
