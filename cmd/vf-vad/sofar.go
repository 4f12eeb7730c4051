package main

import (
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
)

// shortestPartial is how often, at most, an utterance that goes on is written: decoding it
// takes about that long.
const shortestPartial = 100 * time.Millisecond

// soFar decides when to write an utterance that may go on: once nobody has spoken for as
// long as the post-roll, so that it can be decoded before the silence is long enough, and
// at regular intervals for text while speaking.
type soFar struct {
	early  bool
	mayEnd bool  // vf-transcribe may end it there
	every  int64 // samples; 0: not at intervals

	start int64 // of the current utterance
	pause int64 // end of the speech before the pause that was written; 0: none
	last  int64 // length of the utterance when it was last written
}

// write writes a line if one is due after a frame.
func (s *soFar) write(stream *vad.Stream, live bool, write func(*event.Tentative) error) error {
	start, end, speaking := stream.Speaking()
	if !speaking {
		s.pause = 0
		return nil
	}
	if start != s.start {
		s.start, s.pause, s.last = start, 0, 0
	}
	paused := stream.Paused()
	switch {
	case s.pause > 0 && end > s.pause:
		s.pause = 0
		return write(&event.Tentative{Start: audio.Seconds(start), End: audio.Seconds(end), PCMStart: audio.Seconds(start)})
	case paused && s.early && live && s.pause == 0:
		s.pause = end
	case !paused && s.every > 0 && stream.Position()-start >= s.last+s.every:
		s.last = stream.Position() - start
	default:
		return nil
	}
	return stream.SoFar(func(u *vad.Utterance) error {
		return write(&event.Tentative{
			Start: audio.Seconds(u.Start), End: audio.Seconds(u.End), PCMStart: audio.Seconds(u.PCMStart),
			Paused: paused, MayEnd: paused && s.mayEnd, PCM: audio.EncodePCM(nil, u.PCM),
		})
	})
}
