package transcribe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/engine/window"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// draft is an item's transcript in progress, window by window.
type draft struct {
	item   *Item
	config *Config
	event  event.Transcript
	text   strings.Builder
	spoken map[string]float64 // seconds of each language
	err    error              // the first
	cut    bool               // windows after it were not decoded
}

func newDraft(it *Item, c *Config) *draft {
	return &draft{item: it, config: c, spoken: map[string]float64{}}
}

// add appends the result of the next window, with its times mapped to the
// recording.
func (d *draft) add(t *task) {
	if errors.Is(d.err, context.Canceled) {
		return // an earlier window is missing
	}
	if d.err == nil {
		d.err = t.failed
	}
	r := t.result
	d.cut = d.cut || d.err != nil && r == nil && t.failed == nil
	if d.cut || r == nil {
		return
	}
	e := &d.event
	e.Model, e.Device = r.Model, r.Device
	for _, compromise := range r.Degraded { // an earlier run may have made others
		if !slices.Contains(e.Degraded, compromise) {
			e.Degraded = append(e.Degraded, compromise)
		}
	}
	// The language spoken longest wins.
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
		words := placeWords(t.window, places, s.Words)
		places = places[len(words):]
		if n := len(words); n > 0 { // their times are more exact
			start, end = words[0].Start, words[n-1].End
		}
		d.text.WriteString(s.Text)
		segment := event.Segment{
			ID: len(e.Segments), Start: start, End: end, Text: s.Text,
			AvgLogprob: s.AvgLogprob, CompressionRatio: s.CompressionRatio,
			NoSpeechProb: r.NoSpeechProb, Temperature: r.Temperature,
			Seek: int(t.window.Start * 100), Tokens: s.TokenIDs,
		}
		if d.config.Words {
			segment.Words = words
		}
		if d.config.Decoding.Params.MaxLen == 0 { // otherwise the user sets the layout
			segment.Spoken = words
		}
		e.Segments = append(e.Segments, segment)
	}
}

// alignWords finds where in the window the words of its result are spoken.
func alignWords(t *task) []align.Span {
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

// modelSpans returns the places of the words as the model reports them, without
// aligning them to the audio.
func modelSpans(t *task) []align.Span {
	var places []align.Span
	for _, s := range t.result.Segments {
		for _, word := range s.Words {
			places = append(places, align.Span{Start: word.Start, End: word.End})
		}
	}
	return places
}

// placeWords gives words their times in the recording.
func placeWords(w *window.Window, places []align.Span, in []whisper.Word) []event.Word {
	var out []event.Word
	for i, word := range in {
		start, end := w.Place(places[i])
		out = append(out, event.Word{Word: word.Text, Start: start, End: end, Probability: word.Probability})
	}
	return out
}

// uncoveredRemark warns of speech without words; it is empty if there is none.
func uncoveredRemark(t *event.Transcript) string {
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

// transcript returns the complete transcript, once the item has ended. If nothing
// was decoded, because nobody speaks, model, device and language are the decoder's.
func (d *draft) transcript(decoder Decoder) *event.Transcript {
	t := &d.event
	t.End, t.Duration = d.item.End, d.item.Duration
	if t.Model == "" {
		about := decoder.Describe()
		t.Model, t.Device, t.Language = about.Model, about.Device, about.Language
	}
	d.complete(t)
	return t
}

// incomplete returns the transcript so far when the work is interrupted, or nil if
// it is empty. It ignores the item's end, which the reader may still be setting.
func (d *draft) incomplete() *event.Transcript {
	t := &d.event
	if len(t.Segments) == 0 {
		return nil
	}
	t.Incomplete = true
	t.End = t.Segments[len(t.Segments)-1].End
	t.Duration = max(t.End-d.item.Start, 0)
	d.complete(t)
	return t
}

// complete fills in the derived fields.
func (d *draft) complete(t *event.Transcript) {
	t.ID, t.File, t.Start = d.item.ID, d.item.File, d.item.Start
	t.Text = strings.TrimSpace(d.text.String())
	t.LanguageName, t.Translated = whisper.LanguageName(t.Language), d.config.Decoding.Params.Translate
	if t.ProcessingSeconds > 0 {
		t.SpeedFactor = t.Duration / t.ProcessingSeconds
	}
}
