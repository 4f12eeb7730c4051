package format

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"voiceflow/pkg/event"
)

// document starts with the fields that openai/whisper writes with --output_format
// json, in the same order, followed by the other fields of a Transcript.
type document struct {
	Text     string    `json:"text"`
	Segments []segment `json:"segments"`
	Language string    `json:"language"`

	*event.Transcript // only fields not hidden by those above
}

// segment is a segment as in openai/whisper and, without Words, in OpenAI's service.
type segment struct {
	ID               int          `json:"id"`
	Seek             int          `json:"seek"`
	Start            float64      `json:"start"`
	End              float64      `json:"end"`
	Text             string       `json:"text"`
	Tokens           []int        `json:"tokens"`
	Temperature      float64      `json:"temperature"`
	AvgLogprob       float64      `json:"avg_logprob"`
	CompressionRatio float64      `json:"compression_ratio"`
	NoSpeechProb     float64      `json:"no_speech_prob"`
	Words            []event.Word `json:"words,omitempty"`
}

// answer is the response of OpenAI's service for response_format verbose_json.
type answer struct {
	Task     string       `json:"task"`
	Language string       `json:"language"`
	Duration float64      `json:"duration"`
	Text     string       `json:"text"`
	Words    []answerWord `json:"words,omitempty"`
	Segments []segment    `json:"segments"`
}

type answerWord struct {
	Word  string  `json:"word"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

func writeJSON(buf *bytes.Buffer, t *event.Transcript) error {
	return encodeIndented(buf, t, "json", document{
		Text: t.Text, Segments: segments(t, true), Language: t.Language, Transcript: t,
	})
}

func writeVerboseJSON(buf *bytes.Buffer, t *event.Transcript) error {
	a := answer{
		Task: "transcribe", Language: cmp.Or(t.LanguageName, t.Language), Duration: t.Duration,
		Text: t.Text, Segments: segments(t, false),
	}
	if t.Translated {
		a.Task = "translate"
	}
	for _, s := range t.Segments {
		for _, w := range s.Words {
			a.Words = append(a.Words, answerWord{w.Word, w.Start, w.End})
		}
	}
	return encodeIndented(buf, t, "verbose_json", a)
}

// segments converts the segments of t. Empty lists are [], never null.
func segments(t *event.Transcript, words bool) []segment {
	all := []segment{}
	for _, s := range t.Segments {
		next := segment{
			ID: s.ID, Seek: s.Seek, Start: s.Start, End: s.End, Text: s.Text, Tokens: s.Tokens,
			Temperature: s.Temperature, AvgLogprob: s.AvgLogprob, CompressionRatio: s.CompressionRatio,
			NoSpeechProb: s.NoSpeechProb,
		}
		if next.Tokens == nil {
			next.Tokens = []int{}
		}
		if words {
			next.Words = spacedWords(s)
		}
		all = append(all, next)
	}
	return all
}

// spacedWords returns the words of a segment, each with the space before it, as in
// openai/whisper, so that joining them gives the text.
func spacedWords(s event.Segment) []event.Word {
	var all []event.Word
	rest := s.Text
	for _, w := range s.Words {
		if at := strings.Index(rest, w.Word); at >= 0 {
			rest, w.Word = rest[at+len(w.Word):], rest[:at+len(w.Word)]
		}
		all = append(all, w)
	}
	return all
}

func encodeIndented(buf *bytes.Buffer, t *event.Transcript, name string, v any) error {
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode transcript %d as %s: %w", t.ID, name, err)
	}
	return nil
}
