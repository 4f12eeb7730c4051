package main

import (
	"errors"
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
)

// output writes the utterances, as JSON lines or PCM, and counts them.
type output struct {
	raw    io.Writer     // nil: JSON lines
	lines  *event.Writer // nil: PCM
	events bool

	utterances int
	speech     int64 // samples in utterances
	speaking   bool  // according to the last event
}

func newOutput(stdout io.Writer, c *cli.Context) *output {
	if c.Bool("raw") {
		return &output{raw: stdout}
	}
	return &output{lines: event.NewWriter(stdout), events: c.Bool("events")}
}

// push sends a block through the stream. With --events it does so frame by frame, so
// that no event waits for the end of the block.
func (o *output) push(stream *vad.Stream, block []int16) error {
	if !o.events {
		return stream.Push(block, o.utterance)
	}
	for len(block) > 0 {
		n := min(vad.FrameSize, len(block))
		if err := stream.Push(block[:n], o.utterance); err != nil {
			return err
		}
		if err := o.event(stream.Speaking()); err != nil {
			return err
		}
		block = block[n:]
	}
	return nil
}

func (o *output) flush(stream *vad.Stream) error {
	if err := stream.Flush(o.utterance); err != nil || !o.events {
		return err
	}
	return o.event(stream.Speaking())
}

// failed tells the reader of the lines that the input could not be read to its end,
// because a shell shows only the exit code of the last program in a pipeline. It
// ignores input without sound: that is what the second press of a hot key sends.
func (o *output) failed(err error) {
	var coded *exitcode.Error
	if o.lines == nil || !errors.As(err, &coded) || coded.Code != exitcode.Input || errors.Is(err, errNoSound) {
		return
	}
	_ = o.lines.Write(&event.Failure{ID: o.utterances, Error: err.Error()}) // err matters more
}

// event writes a line if the state has changed. The line about the end of speech comes
// after the utterance, and has its ID.
func (o *output) event(start, end int64, speaking bool) error {
	if speaking == o.speaking {
		return nil
	}
	o.speaking = speaking
	e := &event.Speech{ID: o.utterances, Speaking: speaking, Time: audio.Seconds(start)}
	if !speaking {
		e.ID, e.Time = max(o.utterances-1, 0), audio.Seconds(end)
	}
	return o.lines.Write(e)
}

func (o *output) utterance(u *vad.Utterance) error {
	o.utterances++
	o.speech += u.End - u.Start
	if o.raw != nil {
		return audio.WritePCM(o.raw, u.PCM)
	}
	return o.lines.Write(&event.Utterance{
		ID: o.utterances - 1, Start: audio.Seconds(u.Start), End: audio.Seconds(u.End),
		PCMStart: audio.Seconds(u.PCMStart), Decided: audio.Seconds(u.Decided), PCM: audio.EncodePCM(nil, u.PCM),
	})
}

// report logs how much of the input was speech. The speed factor is meaningful only if
// the input was not in real time.
func (o *output) report(log zerolog.Logger, samples int64, took time.Duration) {
	log.Info().Int("utterances", o.utterances).
		Float64("audio_seconds", audio.Seconds(samples)).Float64("speech_seconds", audio.Seconds(o.speech)).
		Float64("speed_factor", audio.Seconds(samples)/took.Seconds()).
		Msgf("%s, %.1f s of speech in %.1f s",
			prose.Count(o.utterances, "utterance"), audio.Seconds(o.speech), audio.Seconds(samples))
}
