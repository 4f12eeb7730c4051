package transcribe

import (
	"errors"
	"io"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/engine/window"
)

// pieceLength is how many samples of undivided audio go to libwhisper in one piece,
// which libwhisper divides itself: two minutes. A stream may never end.
const pieceLength = 120 * audio.SampleRate

// readAll makes windows of all the audio, with as few cuts as possible. It returns the
// number of samples read.
func (r *reader) readAll(it *Item, in *input.Reader) (samples int, err error) {
	from, rest := 0, []int16(nil)
	for {
		piece := append(make([]int16, 0, pieceLength), rest...)
		n, err := readFull(in, piece[len(piece):pieceLength])
		samples += n
		piece = piece[:len(piece)+n]
		if err != nil && err != io.EOF && !errors.Is(err, audio.ErrTruncated) {
			return samples, err
		}
		if len(piece) > 0 {
			speech, serr := findSpeech(piece)
			if serr != nil {
				return samples, serr
			}
			end := len(piece)
			if err == nil {
				end = pieceEnd(piece, speech)
			}
			w := window.Whole(piece[:end:end], int64(from))
			w.SetSpeech(upTo(speech, audio.Seconds(end)))
			if err := r.enqueue(it, w, nil); err != nil {
				return samples, err
			}
			from, rest = from+end, piece[end:]
		}
		if err == io.EOF {
			return samples, nil
		}
		if err != nil {
			return samples, err
		}
	}
}

// readFull fills buf unless there is an error.
func readFull(in *input.Reader, buf []int16) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = in.Read(buf[n:])
		n += more
	}
	return n, err
}

// shortestPause is how long nobody speaks, in seconds, where a piece can end.
const shortestPause = 0.2

// pieceEnd returns how many samples the piece should have: it ends in the last pause
// of the second half, or if there is none, in the quietest moment there.
func pieceEnd(samples []int16, speech []align.Span) int {
	if len(speech) == 0 {
		return len(samples)
	}
	half := len(samples) / 2
	end := audio.Seconds(len(samples))
	for i := len(speech) - 1; i >= 0; i-- {
		middle := int(audio.SampleAt((speech[i].End + end) / 2))
		if middle > half && end-speech[i].End >= shortestPause {
			return middle
		}
		end = speech[i].Start
	}
	return half + quietest(samples[half:])
}

// quietest returns the middle of the quietest tenth of a second.
func quietest(samples []int16) int {
	const length = audio.SampleRate / 10
	best, least := len(samples), int64(-1)
	for at := 0; at+length <= len(samples); at += length {
		energy := int64(0)
		for _, s := range samples[at : at+length] {
			energy += int64(s) * int64(s)
		}
		if least < 0 || energy < least {
			best, least = at+length/2, energy
		}
	}
	return best
}

// upTo returns the spans before a time in seconds.
func upTo(spans []align.Span, end float64) []align.Span {
	before := []align.Span{}
	for _, s := range spans {
		if s.Start < end {
			before = append(before, align.Span{Start: s.Start, End: min(s.End, end)})
		}
	}
	return before
}
