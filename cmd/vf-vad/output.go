package main

import (
	"cmp"
	"errors"
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
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
	log    zerolog.Logger
	events bool
	soFar  soFar

	utterances int
	failures   int   // lines about errors
	speech     int64 // samples in utterances
	speaking   bool  // according to the last event
}

func newOutput(env *cmdline.Env, c *cli.Context) *output {
	if c.Bool("raw") {
		return &output{raw: env.Stdout}
	}
	o := &output{lines: event.NewStream(env.Stdout), log: env.Log, events: c.Bool("events")}
	o.soFar = soFar{
		early: !c.Bool("no-early"), mayEnd: endsSentences(c), every: audio.Samples(c.Duration("partial")),
	}
	return o
}

// push sends a block through the stream. If there are lines about an utterance that goes
// on, it does so frame by frame, so that none waits for the end of the block.
func (o *output) push(stream *vad.Stream, block []int16, live bool) error {
	if o.raw != nil || !o.events && o.soFar.every == 0 && !live {
		return stream.Push(block, o.utterance)
	}
	for len(block) > 0 {
		n := min(vad.FrameSize, len(block))
		if err := stream.Push(block[:n], o.utterance); err != nil {
			return err
		}
		block = block[n:]
		if err := o.event(stream.Speaking()); err != nil {
			return err
		}
		if err := o.soFar.write(stream, live, o.tentative); err != nil {
			return err
		}
	}
	return nil
}

// pass passes on what came between samples, and ends the utterance where a mark says that
// nothing follows.
func (o *output) pass(stream *vad.Stream, part heard) error {
	if m := part.mark; m != nil {
		start, end, _ := stream.Speaking()
		switch m.Mark {
		case event.MarkPause, event.MarkEnd:
			if err := stream.Break(o.utterance); err != nil {
				return err
			}
		case event.MarkCancel:
			stream.Drop()
		}
		if _, _, speaking := stream.Speaking(); !speaking {
			if err := o.event(start, end, false); err != nil {
				return err
			}
		}
		part.line = m
	}
	if part.line == nil || o.lines == nil {
		return nil
	}
	return o.write(part.line)
}

// write writes a line. A record that does not fit into one becomes an error line.
func (o *output) write(r event.Record) error {
	failure, err := o.lines.Pass(r)
	if failure != nil {
		o.log.Error().Msg(failure.Error)
	}
	if _, failed := r.(*event.Failure); failed || failure != nil {
		o.failures++
	}
	return err
}

// end writes the last line, which reports whether this program could do its work. err is the
// reason if it could not, or nil.
func (o *output) end(err error) error {
	if o.lines == nil {
		return err
	}
	last := &event.End{Utterances: o.utterances, Errors: o.failures}
	if err != nil && !errors.Is(err, errNoSound) { // as in failed
		last.Incomplete, last.Reason = true, err.Error()
		if errors.Is(err, event.ErrStopped) {
			last.Reason = event.ErrStopped.Error()
		}
	}
	return cmp.Or(err, o.lines.End(last))
}

// tentative writes what there is of the next utterance.
func (o *output) tentative(t *event.Tentative) error {
	t.ID = o.utterances
	return o.write(t)
}

func (o *output) flush(stream *vad.Stream) error {
	if err := stream.Flush(o.utterance); err != nil {
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
	_ = o.write(&event.Failure{ID: o.utterances, Error: err.Error()}) // err matters more
}

// event writes a line if the state has changed. The line about the end of speech comes
// after the utterance, and has its ID.
func (o *output) event(start, end int64, speaking bool) error {
	if speaking == o.speaking || !o.events {
		return nil
	}
	o.speaking = speaking
	e := &event.Speech{ID: o.utterances, Speaking: speaking, Time: audio.Seconds(start)}
	if !speaking {
		e.ID, e.Time = max(o.utterances-1, 0), audio.Seconds(end)
	}
	return o.write(e)
}

func (o *output) utterance(u *vad.Utterance) error {
	o.utterances++
	o.speech += u.End - u.Start
	if o.raw != nil {
		return audio.WritePCM(o.raw, u.PCM)
	}
	return o.write(&event.Utterance{
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
