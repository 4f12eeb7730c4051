package server

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// TestOpenAIClient: OpenAI's own client, unmodified, understands the server.
func TestOpenAIClient(t *testing.T) {
	c := testConfig(t, &fake{name: "small"})
	c.Guard.Token = "secret"
	_, url := start(t, c)
	client := openai.NewClient(option.WithBaseURL(url+"/v1"), option.WithAPIKey("secret"), option.WithMaxRetries(0))
	recording := func() io.Reader { return openai.File(bytes.NewReader(wav(t, 16000)), "talk.wav", "audio/wav") }
	text := textOf(16000)

	plain, err := client.Audio.Transcriptions.New(t.Context(), openai.AudioTranscriptionNewParams{
		File: recording(), Model: "whisper-1",
	})
	if err != nil || plain.Text != text {
		t.Errorf("%+v, %v", plain, err)
	}
	verbose, err := client.Audio.Transcriptions.New(t.Context(), openai.AudioTranscriptionNewParams{
		File: recording(), Model: "whisper-1", ResponseFormat: openai.AudioResponseFormatVerboseJSON,
		TimestampGranularities: []string{"word", "segment"}, Language: openai.String("en"),
	})
	if err != nil {
		t.Fatal(err)
	}
	v := verbose.AsTranscriptionVerbose()
	if v.Text != text || v.Language != "english" || v.Duration != 1 || len(v.Words) != 2 || len(v.Segments) != 1 {
		t.Errorf("verbose_json: %+v", v)
	}
	if len(v.Words) == 2 && (v.Words[1].Word != "words" || v.Words[1].End <= v.Words[1].Start) {
		t.Errorf("second word: %+v", v.Words[1])
	}
	stream := client.Audio.Transcriptions.NewStreaming(t.Context(), openai.AudioTranscriptionNewParams{
		File: recording(), Model: "gpt-4o-transcribe",
	})
	var deltas strings.Builder
	done := ""
	for stream.Next() {
		switch event := stream.Current(); event.Type {
		case "transcript.text.delta":
			deltas.WriteString(event.Delta)
		case "transcript.text.done":
			done = event.Text
		}
	}
	if stream.Err() != nil || deltas.String() != text || done != text {
		t.Errorf("streamed %q, then %q, %v", deltas.String(), done, stream.Err())
	}
	//lint:ignore SA1019 clients in use still ask for translations
	translation, err := client.Audio.Translations.New(t.Context(), openai.AudioTranslationNewParams{
		File: recording(), Model: "whisper-1",
	})
	if err != nil || translation.Text != text {
		t.Errorf("%+v, %v", translation, err)
	}
	_, err = client.Audio.Transcriptions.New(t.Context(), openai.AudioTranscriptionNewParams{File: recording(), Model: "huge"})
	var refused *openai.Error
	if !errors.As(err, &refused) || refused.StatusCode != 404 || refused.Code != "model_not_found" {
		t.Errorf("a missing model: %v", err)
	}
	list, err := client.Models.List(t.Context())
	if err != nil || len(list.Data) != 2 || list.Data[0].ID != "small" {
		t.Errorf("models: %+v, %v", list, err)
	}
}
