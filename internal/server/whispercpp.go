package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/event"
)

// inference answers POST /inference as whisper.cpp's server does.
func (s *Server) inference(w http.ResponseWriter, r *http.Request) {
	if refusal := s.enter(w, s.room); refusal != nil {
		writeJSON(w, statusOf(refusal.Kind), plainError{refusal.Message})
		return
	}
	defer leave(s.room)
	t, kind, err := s.infer(w, r)
	if err != nil {
		if status, e := s.describe(err); status != 0 {
			writeJSON(w, status, plainError{e.Message})
		}
		return
	}
	switch kind {
	case "text":
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // sic
		fmt.Fprint(w, lines(t))
	case "srt", "vtt":
		s.answer(w, kind, t)
	case "verbose_json":
		writeJSON(w, http.StatusOK, verboseInference(t))
	default:
		writeJSON(w, http.StatusOK, struct {
			Text string `json:"text"`
		}{lines(t)})
	}
}

// plainError is how whisper.cpp's server reports errors.
type plainError struct {
	Error string `json:"error"`
}

func (s *Server) infer(w http.ResponseWriter, r *http.Request) (t *event.Transcript, kind string, err error) {
	f, err := s.readForm(w, r)
	if err != nil {
		return nil, "", err
	}
	defer f.close()
	kind = f.value("response_format")
	verbose := kind == "verbose_json"
	o := &order{model: s.config().Model, words: verbose, client: clientName(r)}
	o.decoding, err = s.formDecoding(f, f.is("translate"), verbose || kind == "srt" || kind == "vtt")
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := s.limited(r)
	defer cancel()
	t, err = s.transcribe(ctx, o, f.rec)
	return t, kind, err
}

// lines returns the text with a line for each segment.
func lines(t *event.Transcript) string {
	var b strings.Builder
	for _, segment := range t.Segments {
		fmt.Fprintln(&b, segment.Text)
	}
	return b.String()
}

// inferred is whisper.cpp's verbose_json.
type inferred struct {
	Task             string            `json:"task"`
	Language         string            `json:"language"`
	Duration         float64           `json:"duration"`
	Text             string            `json:"text"`
	Segments         []inferredSegment `json:"segments"`
	DetectedLanguage string            `json:"detected_language"`
}

type inferredSegment struct {
	ID           int            `json:"id"`
	Text         string         `json:"text"`
	Start        float64        `json:"start"`
	End          float64        `json:"end"`
	Tokens       []int          `json:"tokens"`
	Words        []inferredWord `json:"words"`
	Temperature  float64        `json:"temperature"`
	AvgLogprob   float64        `json:"avg_logprob"`
	NoSpeechProb float64        `json:"no_speech_prob"`
}

type inferredWord struct {
	Word        string  `json:"word"`
	Start       float64 `json:"start"`
	End         float64 `json:"end"`
	Probability float64 `json:"probability"`
}

func verboseInference(t *event.Transcript) inferred {
	v := inferred{
		Task: "transcribe", Language: t.LanguageName, DetectedLanguage: t.LanguageName,
		Duration: t.Duration, Text: lines(t), Segments: []inferredSegment{},
	}
	if t.Translated {
		v.Task = "translate"
	}
	for _, segment := range t.Segments {
		next := inferredSegment{
			ID: segment.ID, Text: segment.Text, Start: segment.Start, End: segment.End,
			Tokens: append([]int{}, segment.Tokens...), Words: []inferredWord{}, Temperature: segment.Temperature,
			AvgLogprob: segment.AvgLogprob, NoSpeechProb: segment.NoSpeechProb,
		}
		for _, word := range segment.Words {
			next.Words = append(next.Words, inferredWord{word.Word, word.Start, word.End, word.Probability})
		}
		v.Segments = append(v.Segments, next)
	}
	return v
}

// load answers POST /load, by which whisper.cpp's server changes its model to a file. Here
// the last part of the path must name a model that this server knows, and loading it only
// makes it ready: each request says which model it wants.
func (s *Server) load(w http.ResponseWriter, r *http.Request) {
	if refusal := s.enter(w, s.room); refusal != nil {
		writeJSON(w, statusOf(refusal.Kind), plainError{refusal.Message})
		return
	}
	defer leave(s.room)
	r.Body = http.MaxBytesReader(w, r.Body, maxField)
	done, err := s.ready(r.Context(), r.FormValue("model"))
	if err != nil {
		if status, e := s.describe(err); status != 0 {
			writeJSON(w, status, plainError{e.Message})
		}
		return
	}
	done()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "Load was successful!")
}

// ready loads the model that a path ends in.
func (s *Server) ready(ctx context.Context, file string) (done func(), err error) {
	if file == "" {
		return nil, &badRequest{"model", "the field model is missing"}
	}
	name, err := s.modelName(models.NameOf(strings.ReplaceAll(file, `\`, "/")))
	if err != nil {
		return nil, err
	}
	_, done, err = s.models.Use(ctx, name)
	return done, err
}
