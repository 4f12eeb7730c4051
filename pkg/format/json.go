package format

import (
	"bytes"
	"encoding/json"
	"fmt"

	"voiceflow/pkg/event"
)

// document has first what OpenAI's verbose_json has, in its order and with its
// names, then what else a Transcript knows.
type document struct {
	Task     string          `json:"task"`
	Language string          `json:"language"`
	Duration float64         `json:"duration"`
	Text     string          `json:"text"`
	Segments []event.Segment `json:"segments"`
	// Words are all words of all segments, which is where OpenAI has them.
	Words []event.Word `json:"words,omitempty"`

	ID                int     `json:"id"`
	File              string  `json:"file,omitempty"`
	Start             float64 `json:"start"`
	End               float64 `json:"end"`
	Model             string  `json:"model"`
	Device            string  `json:"device"`
	AudioCtx          int     `json:"audio_ctx"`
	Retries           int     `json:"retries"`
	ProcessingSeconds float64 `json:"processing_seconds"`
	SpeedFactor       float64 `json:"speed_factor"`
}

func writeJSON(buf *bytes.Buffer, t *event.Transcript) error {
	d := document{
		Task: "transcribe", Language: t.Language, Duration: t.Duration, Text: t.Text,
		Segments: []event.Segment{}, // the file has [], never null
		ID:       t.ID, File: t.File, Start: t.Start, End: t.End,
		Model: t.Model, Device: t.Device, AudioCtx: t.AudioCtx, Retries: t.Retries,
		ProcessingSeconds: t.ProcessingSeconds, SpeedFactor: t.SpeedFactor,
	}
	for _, s := range t.Segments {
		d.Words = append(d.Words, s.Words...)
		s.Words = nil // they are told once
		d.Segments = append(d.Segments, s)
	}
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return fmt.Errorf("encode transcript %d as json: %w", t.ID, err)
	}
	return nil
}
