// Package window packs speech into the windows that Whisper hears at once, and
// leads times in them back to the recording.
//
// The encoder pays for 30 s however little is in them, so that the utterances
// of a recording are laid into a window one after another, without the silence
// between them. A [Window] knows where each piece of it came from.
//
// It does not look for speech (voiceflow/pkg/vad does) and does not recognise
// any.
package window

import (
	"sort"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/vad"
)

// Window is audio to be recognised in one go.
type Window struct {
	Samples []int16
	// Start and End bound the speech, in seconds of the recording.
	Start, End float64

	pieces []piece
	heard  []align.Span // where a detector heard speech in a window that is not made of it
}

// piece is a stretch of a window that is as it was in the recording.
type piece struct {
	at, n                  int64 // samples of the window
	from                   int64 // sample of the recording
	speechStart, speechEnd int64 // samples of the window
}

// Utterance is a window of one utterance, not cut. Speech is from start to end, in
// samples of the recording.
func Utterance(pcm []int16, from, start, end int64) *Window {
	w := Whole(pcm, from)
	p := &w.pieces[0]
	if at := max(start-from, 0); at < p.n {
		p.speechStart = at
	}
	if at := min(end-from, p.n); at > p.speechStart {
		p.speechEnd = at
	}
	return w
}

// Whole is a window of samples that were not cut, from a place in the
// recording given in samples. Nobody has looked for speech in it.
func Whole(samples []int16, from int64) *Window {
	n := int64(len(samples))
	return &Window{
		Samples: samples, Start: audio.Seconds(from), End: audio.Seconds(from + n),
		pieces: []piece{{n: n, from: from, speechEnd: n}},
	}
}

// Duration is the length of the audio in the window, in seconds.
func (w *Window) Duration() float64 { return audio.Seconds(int64(len(w.Samples))) }

// Span leads the start and the end of something in the window, in seconds, back
// to the recording. The model's times are inexact, and must not carry words
// over silence that was left out: what begins in the silence kept after a
// piece's speech begins with the next piece, and what ends in the silence kept
// before a piece's speech ends with the one before. Times outside the window
// are drawn to its edges.
func (w *Window) Span(start, end float64) (float64, float64) {
	from := w.placeStart(audio.SampleAt(start))
	to := max(w.placeEnd(audio.SampleAt(end)), from)
	return audio.Seconds(from), audio.Seconds(to)
}

// Speech is where somebody speaks, in seconds of the window; nil where nobody looked.
func (w *Window) Speech() []align.Span {
	var spans []align.Span
	for _, p := range w.pieces {
		if p.speechEnd-p.speechStart < int64(len(w.Samples)) {
			spans = append(spans, align.Span{Start: audio.Seconds(p.speechStart), End: audio.Seconds(p.speechEnd)})
		}
	}
	return spans
}

// Heard says where somebody speaks in a window that has all sounds, in seconds of the
// window.
func (w *Window) Heard(speech []align.Span) { w.heard = speech }

// Voice is where somebody is heard, in seconds of the window, without longer pauses; nil
// where nobody looked.
func (w *Window) Voice() []align.Span {
	speech := w.heard
	if speech == nil {
		speech = w.Speech()
	}
	return align.Voice(w.Samples, speech)
}

// Place leads a word that lies within one piece back to the recording.
func (w *Window) Place(word align.Span) (start, end float64) {
	p := w.pieces[w.find(audio.SampleAt((word.Start+word.End)/2))]
	from := p.from - p.at
	return audio.Seconds(audio.SampleAt(word.Start) + from), audio.Seconds(audio.SampleAt(word.End) + from)
}

func (w *Window) placeStart(at int64) int64 {
	i := w.find(at + 1)
	p := w.pieces[i]
	if i+1 < len(w.pieces) && at > p.speechEnd-slack && w.cutAfter(i) {
		return w.pieces[i+1].from
	}
	return p.from + min(max(at-p.at, 0), p.n)
}

func (w *Window) placeEnd(at int64) int64 {
	i := w.find(at)
	p := w.pieces[i]
	if i > 0 && at < p.speechStart+slack && w.cutAfter(i-1) {
		before := w.pieces[i-1]
		return before.from + before.n
	}
	return p.from + min(max(at-p.at, 0), p.n)
}

// slack is how far into a piece's speech, in samples, an inexact time may reach
// that belongs beyond it: 50 ms, less than a word.
const slack = audio.SampleRate / 20

// find is the number of the piece that ends with a sample or after it.
func (w *Window) find(sample int64) int {
	i := sort.Search(len(w.pieces), func(i int) bool { return w.pieces[i].at+w.pieces[i].n >= sample })
	return min(i, len(w.pieces)-1)
}

// cutAfter tells whether silence was left out after piece i.
func (w *Window) cutAfter(i int) bool {
	return w.pieces[i+1].from > w.pieces[i].from+w.pieces[i].n
}

// Packer lays utterances into windows.
type Packer struct {
	max  int64 // samples
	open *Window
}

// NewPacker packs into windows of up to so many seconds.
func NewPacker(maxSeconds float64) *Packer { return &Packer{max: audio.SampleAt(maxSeconds)} }

// Add takes the next utterance and returns the window that has no room for it,
// or nil. An utterance that is longer than a window has one of its own.
func (p *Packer) Add(u *vad.Utterance) *Window {
	var full *Window
	if p.open != nil && int64(len(p.open.Samples)+len(u.PCM)) > p.max {
		full = p.Flush()
	}
	if p.open == nil {
		p.open = &Window{Start: audio.Seconds(u.Start)}
	}
	w := p.open
	at := int64(len(w.Samples))
	w.pieces = append(w.pieces, piece{
		at: at, n: int64(len(u.PCM)), from: u.PCMStart,
		speechStart: at + u.Start - u.PCMStart, speechEnd: at + u.End - u.PCMStart,
	})
	w.Samples = append(w.Samples, u.PCM...)
	w.End = audio.Seconds(u.End)
	return full
}

// Flush returns the window that was begun, or nil.
func (p *Packer) Flush() *Window {
	w := p.open
	p.open = nil
	return w
}
