// Package window packs speech into the windows that Whisper decodes in one go, and
// maps times in a window back to the recording.
//
// The encoder always pays for 30 s, so the utterances of a recording are packed into
// a window back to back, without the silence between them. A [Window] records where
// each piece of it came from.
//
// The package does not detect speech (voiceflow/pkg/vad does) or recognise it.
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
	heard  []align.Span // detected speech, in a window that was not cut
}

// piece is a stretch of a window that is contiguous in the recording.
type piece struct {
	at, n                  int64 // first sample in the window, number of samples
	from                   int64 // first sample in the recording
	speechStart, speechEnd int64 // samples in the window
}

// Utterance returns a window of one uncut utterance. from, start and end are samples of the
// recording: the first sample of pcm, and where the speech starts and ends.
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

// Whole returns a window of uncut samples that begin at sample from of the recording, and in
// which no speech has been detected yet.
func Whole(samples []int16, from int64) *Window {
	n := int64(len(samples))
	return &Window{
		Samples: samples, Start: audio.Seconds(from), End: audio.Seconds(from + n),
		pieces: []piece{{n: n, from: from, speechEnd: n}},
	}
}

// Duration returns the length of the audio in the window, in seconds.
func (w *Window) Duration() float64 { return audio.Seconds(int64(len(w.Samples))) }

// Span maps a start and an end in the window, in seconds, to the recording. The model's times
// are inexact and must not stretch words over silence that was cut out: a start in the silence
// after a piece's speech moves to the next piece, and an end in the silence before a piece's
// speech moves to the previous one. Times outside the window are clamped to it.
func (w *Window) Span(start, end float64) (float64, float64) {
	from := w.placeStart(audio.SampleAt(start))
	to := max(w.placeEnd(audio.SampleAt(end)), from)
	return audio.Seconds(from), audio.Seconds(to)
}

// Speech returns the spans of speech in seconds of the window, or nil if no detector has run.
func (w *Window) Speech() []align.Span {
	var spans []align.Span
	for _, p := range w.pieces {
		if p.speechEnd-p.speechStart < int64(len(w.Samples)) {
			spans = append(spans, align.Span{Start: audio.Seconds(p.speechStart), End: audio.Seconds(p.speechEnd)})
		}
	}
	return spans
}

// SetSpeech sets where speech was detected in an uncut window, in seconds of the window.
func (w *Window) SetSpeech(speech []align.Span) { w.heard = speech }

// Voice returns the spans with a voice, without longer pauses, in seconds of the window, or nil
// if no detector has run.
func (w *Window) Voice() []align.Span {
	speech := w.heard
	if speech == nil {
		speech = w.Speech()
	}
	return align.Voice(w.Samples, speech)
}

// Place maps a word that lies within one piece to the recording.
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

// slack is how far past a boundary of a piece's speech, in samples, an inexact time may lie and
// still belong to the other side: 50 ms, less than a word.
const slack = audio.SampleRate / 20

// find returns the index of the first piece that ends at or after a sample.
func (w *Window) find(sample int64) int {
	i := sort.Search(len(w.pieces), func(i int) bool { return w.pieces[i].at+w.pieces[i].n >= sample })
	return min(i, len(w.pieces)-1)
}

// cutAfter reports whether silence was cut out after piece i.
func (w *Window) cutAfter(i int) bool {
	return w.pieces[i+1].from > w.pieces[i].from+w.pieces[i].n
}

// Packer packs utterances into windows.
type Packer struct {
	max  int64 // samples
	open *Window
}

// NewPacker returns a packer for windows of at most maxSeconds.
func NewPacker(maxSeconds float64) *Packer { return &Packer{max: audio.SampleAt(maxSeconds)} }

// Add adds the next utterance. If the current window has no room for it, that window is
// returned, otherwise nil. An utterance longer than a window gets a window of its own.
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

// Flush returns the current window, or nil.
func (p *Packer) Flush() *Window {
	w := p.open
	p.open = nil
	return w
}
