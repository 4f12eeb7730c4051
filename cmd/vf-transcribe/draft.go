package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// draft is an item's transcript while its windows come in.
type draft struct {
	item     *item
	settings *settings
	event    event.Transcript
	text     strings.Builder
	// spoken is how much there was of each language, in seconds.
	spoken map[string]float64
	err    error // the first
}

func newDraft(it *item, s *settings) *draft {
	return &draft{item: it, settings: s, spoken: map[string]float64{}}
}

// add takes the next window's result, with its times led back to the
// recording.
func (d *draft) add(t *task) {
	if errors.Is(d.err, context.Canceled) {
		return // there is a hole before it
	}
	if d.err == nil {
		d.err = t.failed
	}
	r := t.result
	if r == nil {
		return
	}
	e := &d.event
	e.Model, e.Device, e.Degraded = r.Model, r.Device, r.Degraded
	// A language takes over where it was spoken longer; at first there is none.
	if d.spoken[r.Language] += r.Duration; e.Language == "" || d.spoken[r.Language] > d.spoken[e.Language] {
		e.Language = r.Language
	}
	e.AudioCtx = max(e.AudioCtx, r.AudioContext)
	e.Retries += r.Retries
	e.ProcessingSeconds += r.Processing.Seconds()
	e.Dropped += len(r.Dropped)
	for _, u := range r.Uncovered {
		start, end := t.window.Span(u.Start, u.End)
		e.Uncovered = append(e.Uncovered, [2]float64{start, end})
	}
	places := t.words
	for _, s := range r.Segments {
		start, end := t.window.Span(s.Start, s.End)
		said := words(t.window, places, s.Words)
		places = places[len(said):]
		if n := len(said); n > 0 { // a segment has its words
			start, end = said[0].Start, said[n-1].End
		}
		d.text.WriteString(s.Text)
		segment := event.Segment{
			ID: len(e.Segments), Start: start, End: end, Text: s.Text,
			AvgLogprob: s.AvgLogprob, CompressionRatio: s.CompressionRatio,
			NoSpeechProb: r.NoSpeechProb, Temperature: r.Temperature,
			Seek: int(t.window.Start * 100), Tokens: s.TokenIDs,
		}
		if d.settings.words {
			segment.Words = said
		}
		if d.settings.engine.Params.MaxLen == 0 { // else the user decides how long they are
			segment.Spoken = said
		}
		e.Segments = append(e.Segments, segment)
	}
}

// wordPlaces finds where the words of a window's result are spoken.
func wordPlaces(t *task) []align.Span {
	var sentences []align.Sentence
	for _, s := range t.result.Segments {
		sentence := align.Sentence{Span: align.Span{Start: s.Start, End: s.End}}
		for _, word := range s.Words {
			sentence.Words = append(sentence.Words, word.Text)
		}
		sentences = append(sentences, sentence)
	}
	return align.Words(t.window.Samples, t.window.Speech(), sentences)
}

// roughPlaces are those that the model has given the words.
func roughPlaces(t *task) []align.Span {
	var places []align.Span
	for _, s := range t.result.Segments {
		for _, word := range s.Words {
			places = append(places, align.Span{Start: word.Start, End: word.End})
		}
	}
	return places
}

func words(w *window.Window, places []align.Span, in []whisper.Word) []event.Word {
	var out []event.Word
	for i, word := range in {
		start, end := w.Place(places[i])
		out = append(out, event.Word{Word: word.Text, Start: start, End: end, Probability: word.Probability})
	}
	return out
}

// uncovered is what a person should know of speech that has no words, empty where there is
// none.
func uncovered(t *event.Transcript) string {
	if len(t.Uncovered) == 0 {
		return ""
	}
	var places []string
	for _, u := range t.Uncovered {
		places = append(places, fmt.Sprintf("%.1f-%.1f s", u[0], u[1]))
	}
	const most = 5
	if more := len(places) - most; more > 0 {
		places = append(places[:most], fmt.Sprintf("%d more", more))
	}
	return "no words were found for the speech at " + strings.Join(places, ", ") + "; a larger model may hear them"
}

// transcript is the whole, once the item has ended. Where nothing was decoded,
// because nobody speaks, the engine names what would have.
func (d *draft) transcript(e *engine.Engine) *event.Transcript {
	t := &d.event
	t.End, t.Duration = d.item.end, d.item.duration
	if t.Model == "" {
		t.Model, t.Device, t.Language = e.Model(), e.Device(), e.Language()
	}
	d.complete(t)
	return t
}

// incomplete is what there is when the work is interrupted, nil where that is
// nothing. The item may still be read, so that its end is not looked at.
func (d *draft) incomplete() *event.Transcript {
	t := &d.event
	if len(t.Segments) == 0 {
		return nil
	}
	t.Incomplete = true
	t.End = t.Segments[len(t.Segments)-1].End
	t.Duration = max(t.End-d.item.start, 0)
	d.complete(t)
	return t
}

// complete fills in what follows from the rest.
func (d *draft) complete(t *event.Transcript) {
	t.ID, t.File, t.Start = d.item.id, d.item.file, d.item.start
	t.Text = strings.TrimSpace(d.text.String())
	t.LanguageName, t.Translated = whisper.LanguageName(t.Language), d.settings.engine.Params.Translate
	if t.ProcessingSeconds > 0 {
		t.SpeedFactor = t.Duration / t.ProcessingSeconds
	}
}
