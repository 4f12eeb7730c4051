package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

// openAI answers as OpenAI's transcription service, or its translation service, does.
func (s *Server) openAI(translate bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if refusal := s.enter(w, s.room); refusal != nil {
			writeFailure(w, refusal)
			return
		}
		defer leave(s.room)
		f, err := s.readForm(w, r)
		if err != nil {
			s.fail(w, err)
			return
		}
		defer f.close()
		o, kind, err := s.openAIOrder(f, translate)
		if err != nil {
			s.fail(w, err)
			return
		}
		o.client = clientName(r)
		ctx, cancel := s.limited(r)
		defer cancel()
		if f.is("stream") && !translate {
			events := newEventStream(w)
			o.drafts = events.draft
			t, err := s.transcribe(ctx, o, f.rec)
			if err != nil {
				s.failStream(events, err)
				return
			}
			events.done(t)
			return
		}
		t, err := s.transcribe(ctx, o, f.rec)
		if err != nil {
			s.fail(w, err)
			return
		}
		s.answer(w, kind, t)
	}
}

// openAIFormats are the values of response_format.
var openAIFormats = []string{"json", "text", "srt", "vtt", "verbose_json"}

// openAIOrder reads the fields of a request.
func (s *Server) openAIOrder(f *form, translate bool) (o *order, kind string, err error) {
	if kind = f.value("response_format"); kind == "" {
		kind = "json"
	}
	if !slices.Contains(openAIFormats, kind) {
		return nil, "", &badRequest{"response_format",
			fmt.Sprintf("response_format %q: use %s", kind, strings.Join(openAIFormats, ", "))}
	}
	o = &order{}
	for _, g := range f.list("timestamp_granularities") {
		switch g {
		case "word":
			o.words = true
		case "segment":
		default:
			return nil, "", &badRequest{"timestamp_granularities",
				fmt.Sprintf("timestamp_granularities %q: use word or segment", g)}
		}
	}
	// The times of words also decide how subtitles are laid out.
	o.decoding, err = s.formDecoding(f, translate, o.words || kind == "srt" || kind == "vtt")
	if err != nil {
		return nil, "", err
	}
	o.model, err = s.modelName(f.value("model"))
	return o, kind, err
}

// answer writes a transcript as OpenAI's service does.
func (s *Server) answer(w http.ResponseWriter, kind string, t *event.Transcript) {
	beginAnswer(w)
	switch kind {
	case "json":
		writeJSON(w, http.StatusOK, struct {
			Text  string `json:"text"`
			Usage usage  `json:"usage"`
		}{t.Text, usage{"duration", t.Duration}})
	case "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, t.Text)
	default:
		w.Header().Set("Content-Type", contentTypes[kind])
		_ = format.Write(w, kind, t) // the client is gone
	}
}

// contentTypes of the formats of package format.
var contentTypes = map[string]string{
	"srt": "application/x-subrip; charset=utf-8", "vtt": "text/vtt; charset=utf-8", "verbose_json": "application/json",
}

// usage is what a transcription has used, as OpenAI's service reports it.
type usage struct {
	Type    string  `json:"type"`
	Seconds float64 `json:"seconds"`
}

// eventStream sends a transcript as server-sent events while it grows.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	sent    int // segments
}

func newEventStream(w http.ResponseWriter) *eventStream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	return &eventStream{w: w, control: http.NewResponseController(w)}
}

// draft sends the segments that are new.
func (e *eventStream) draft(t *event.Transcript) error {
	var delta strings.Builder
	for _, s := range t.Segments[e.sent:] {
		delta.WriteString(s.Text)
	}
	text := delta.String()
	if e.sent == 0 {
		text = strings.TrimLeft(text, " ")
	}
	e.sent = len(t.Segments)
	if text == "" {
		return nil
	}
	return e.send(struct {
		Type  string `json:"type"`
		Delta string `json:"delta"`
	}{"transcript.text.delta", text})
}

func (e *eventStream) done(t *event.Transcript) {
	_ = e.send(struct { // the client is gone
		Type  string `json:"type"`
		Text  string `json:"text"`
		Usage usage  `json:"usage"`
	}{"transcript.text.done", t.Text, usage{"duration", t.Duration}})
}

func (e *eventStream) send(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	beginAnswer(e.w)
	if _, err := fmt.Fprintf(e.w, "data: %s\n\n", data); err != nil {
		return err
	}
	return e.control.Flush()
}
