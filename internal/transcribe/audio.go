package transcribe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/vad"
)

// readItem reads a whole stream as one item.
func (r *reader) readItem(it *Item, in *input.Reader) error {
	r.previous = nil
	read := r.readSpeech
	if r.AllAudio {
		read = r.readAll
	}
	samples, err := read(it, in)
	if err == nil && r.previous == nil && in.IsSoft() {
		err = r.retryLouder(it, in, read)
	}
	it.End, it.Duration = audio.Seconds(samples), audio.Seconds(samples)
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, audio.ErrTruncated) && samples > 0: // the rest was read
		it.Remarks = append(it.Remarks, err.Error())
		err = nil
	case err != nil:
		err = exitcode.InputError(it.Name(), err)
	}
	it.Remarks = append(it.Remarks, in.Remarks()...)
	return r.end(it, err)
}

// raisedPeak is the peak that very soft audio is raised to: -20 dBFS.
const raisedPeak = 3277

// retryLouder reads a very soft file, in which no speech was found, again at a higher
// level. A stream cannot be read again and only gets a remark.
func (r *reader) retryLouder(it *Item, in *input.Reader, read func(*Item, *input.Reader) (int, error)) error {
	peak := in.PeakDB()
	gain := float32(raisedPeak) / float32(in.Peak())
	if isRegular(it.File) {
		raised, err := r.open(it.File, gain)
		if err != nil {
			return err
		}
		defer raised.Close()
		if _, err := read(it, raised); err != nil {
			return err
		}
	}
	if r.previous != nil {
		it.Remarks = append(it.Remarks, fmt.Sprintf("very soft (peak at %.0f dBFS), so its level was raised by %.0f dB",
			peak, 20*math.Log10(float64(gain))))
	} else {
		it.Remarks = append(it.Remarks, fmt.Sprintf(input.NothingHeard, peak))
	}
	return nil
}

// isRegular reports whether a file can be read more than once.
func isRegular(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
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
func (r *reader) readSpeech(it *Item, in *input.Reader) (samples int, err error) {
	stream := vad.NewStream(vad.NewDetector(), vad.NewSegmenter(vad.DefaultConfig()))
	stream.Confirm = r.backend.Confirm
	packer := window.NewPacker(r.backend.Window)
	put := func(w *window.Window) error {
		if w == nil {
			return nil
		}
		return r.enqueue(it, w, nil)
	}
	canRetry := isRegular(it.File)
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
