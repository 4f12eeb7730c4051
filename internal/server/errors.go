package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"voiceflow/internal/server/wire"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// apiError is OpenAI's error object.
type apiError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil { // numbers that are not finite
		status = http.StatusInternalServerError
		data = []byte(`{"error":{"message":"the answer cannot be encoded","type":"server_error"}}`)
	}
	beginAnswer(w)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // the client is gone
}

// writeError writes an error as OpenAI's service does. Code is optional.
func writeError(w http.ResponseWriter, status int, code, message string) {
	writeAPIError(w, status, apiError{Message: message, Code: optional(code)})
}

func writeAPIError(w http.ResponseWriter, status int, e apiError) {
	e.Type = "invalid_request_error"
	if status >= 500 {
		e.Type = "server_error"
	}
	writeJSON(w, status, struct {
		Error apiError `json:"error"`
	}{e})
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// writeFailure writes a refusal as an error of OpenAI's.
func writeFailure(w http.ResponseWriter, f *wire.Failure) {
	writeError(w, statusOf(f.Kind), string(f.Kind), f.Message)
}

func statusOf(k wire.Kind) int {
	switch k {
	case wire.KindModel:
		return http.StatusNotFound
	case wire.KindLanguage, wire.KindRequest:
		return http.StatusBadRequest
	case wire.KindBusy, wire.KindStopping:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail answers a request that failed, unless its client is gone.
func (s *Server) fail(w http.ResponseWriter, err error) {
	status, e := s.describe(err)
	if status == 0 {
		return
	}
	writeAPIError(w, status, e)
}

// failStream ends a stream of events with an error.
func (s *Server) failStream(events *eventStream, err error) {
	status, e := s.describe(err)
	if status == 0 {
		return
	}
	if events.sent == 0 { // nothing was sent yet
		writeAPIError(events.w, status, e)
		return
	}
	_ = events.send(struct { // the client is gone
		Type  string   `json:"type"`
		Error apiError `json:"error"`
	}{"error", e})
}

// describe returns the status and the description of an error; 0 if the client left.
func (s *Server) describe(err error) (status int, e apiError) {
	var bad *badRequest
	var tooLarge *http.MaxBytesError
	var unreadable notAudio
	e.Message = err.Error()
	switch {
	case errors.Is(err, context.Canceled):
		s.figures.cancelled.Inc()
		return 0, e
	case errors.Is(err, context.DeadlineExceeded):
		status = http.StatusServiceUnavailable
		e.Message = "transcribing takes longer than this server allows; send a shorter recording"
	case errors.As(err, &bad):
		status, e.Param = http.StatusBadRequest, optional(bad.param)
	case errors.As(err, &tooLarge):
		status = http.StatusRequestEntityTooLarge
		e.Message = "the recording is larger than this server accepts; see --max-upload"
	case errors.As(err, &unreadable):
		status, e.Param = http.StatusBadRequest, optional("file")
	case errors.Is(err, models.ErrNotInstalled):
		status, e.Param, e.Code = http.StatusNotFound, optional("model"), optional("model_not_found")
	case errors.Is(err, whisper.ErrLanguage):
		status, e.Param = http.StatusBadRequest, optional("language")
	default:
		s.config().Log.Error().Msgf("a request failed: %v", err)
		status, e.Message = http.StatusInternalServerError, "the server failed; its log says why"
	}
	s.figures.failed.WithLabelValues(http.StatusText(status)).Inc()
	return status, e
}
