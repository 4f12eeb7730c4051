package server

import (
	"fmt"
	"net/http"
	"slices"

	"voiceflow/pkg/engine/models"
)

// Values of Health.Status.
const (
	StatusReady    = "ready"    // the model is loaded
	StatusLoading  = "loading"  // requests wait for a model
	StatusIdle     = "idle"     // no model is loaded; the next request loads one
	StatusDegraded = "degraded" // it works, but not as configured; see Health.Degraded
	StatusStopping = "stopping" // requests are refused, with status 503
)

// Health is the answer to GET /health.
type Health struct {
	Status   string   `json:"status"`
	Version  string   `json:"version"`
	Models   []string `json:"models"`             // loaded
	Degraded []string `json:"degraded,omitempty"` // such as "gpu -> cpu"
	Waiting  int      `json:"waiting"`            // windows that wait for a recogniser
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	h, code := s.Health(), http.StatusOK
	if h.Status == StatusStopping {
		code = http.StatusServiceUnavailable
	}
	writeJSON(w, code, h)
}

// Health returns the server's health.
func (s *Server) Health() Health {
	state := s.models.State()
	slices.Sort(state.Loaded)
	h := Health{
		Status: StatusReady, Version: s.config().Version, Models: state.Loaded, Waiting: s.turns.Waiting(),
		Degraded: s.figures.degraded(),
	}
	if h.Models == nil {
		h.Models = []string{}
	}
	switch {
	case s.isStopping():
		h.Status = StatusStopping
	case len(h.Degraded) > 0:
		h.Status = StatusDegraded
	case state.Loading:
		h.Status = StatusLoading
	case len(h.Models) == 0:
		h.Status = StatusIdle
	}
	return h
}

// hostedModels are names of OpenAI's models, for which clients get the default model.
var hostedModels = []string{"", "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"}

// modelName returns the name of the model that a request asks for.
func (s *Server) modelName(asked string) (string, error) {
	switch {
	case asked == s.config().Model || slices.Contains(hostedModels, asked):
		return s.config().Model, nil
	case slices.Contains(s.config().Names(), asked):
		return asked, nil
	}
	return "", fmt.Errorf("model %q is %w on this server; GET /v1/models lists those that are",
		asked, models.ErrNotInstalled)
}

// modelInfo describes a model as OpenAI's service does.
type modelInfo struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

func infoOf(name string) modelInfo { return modelInfo{ID: name, Object: "model", OwnedBy: "voiceflow"} }

func (s *Server) listModels(w http.ResponseWriter, _ *http.Request) {
	names := append([]string{s.config().Model}, s.config().Names()...)
	list := struct {
		Object string      `json:"object"`
		Data   []modelInfo `json:"data"`
	}{Object: "list"}
	for i, name := range names {
		if slices.Index(names, name) == i {
			list.Data = append(list.Data, infoOf(name))
		}
	}
	writeJSON(w, http.StatusOK, list)
}

func (s *Server) showModel(w http.ResponseWriter, r *http.Request) {
	name, err := s.modelName(r.PathValue("name"))
	if err != nil {
		s.fail(w, err)
		return
	}
	writeJSON(w, http.StatusOK, infoOf(name))
}
