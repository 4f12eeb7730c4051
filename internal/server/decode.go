package server

import (
	"errors"
	"io"
	"net/http"

	"voiceflow/internal/server/turns"
	"voiceflow/internal/server/wire"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// describeEngine answers GET /v1/engine; see package wire.
func (s *Server) describeEngine(w http.ResponseWriter, r *http.Request) {
	name, err := s.modelName(r.URL.Query().Get("model"))
	if err != nil {
		s.wireFail(w, failureOf(err))
		return
	}
	m, done, err := s.models.Use(r.Context(), name)
	if err != nil {
		s.wireFail(w, failureOf(err))
		return
	}
	defer done()
	if _, err := m.NewSession(languages(r.URL.Query()["language"])); err != nil {
		s.wireFail(w, failureOf(err))
		return
	}
	writeJSON(w, http.StatusOK, wire.Engine{
		Version: s.config().Version, Model: m.Model(), Device: m.Device(),
		WindowStep: m.WindowStep(), Confirms: m.Peak != nil,
	})
}

// languages returns settings with languages as engine.Decoding has them: one that is
// spoken, or several that may be.
func languages(codes []string) (d engine.Decoding) {
	if len(codes) == 1 {
		d.Params.Language = codes[0]
	} else {
		d.Languages = codes
	}
	return d
}

// decode answers POST /v1/decode; see package wire.
func (s *Server) decode(w http.ResponseWriter, r *http.Request) {
	if refusal := s.enter(w, s.room); refusal != nil {
		s.wireFail(w, refusal)
		return
	}
	defer leave(s.room)
	body := patientBody{http.MaxBytesReader(w, r.Body, s.config().MaxUpload), http.NewResponseController(w)}
	request, samples, err := wire.ReadRequest(body)
	if err != nil {
		s.wireFail(w, &wire.Failure{Kind: wire.KindRequest, Message: err.Error()})
		return
	}
	name, err := s.modelName(request.Model)
	if err != nil {
		s.wireFail(w, failureOf(err))
		return
	}
	ctx, cancel := s.limited(r)
	defer cancel()
	request.Decoding.Params.Threads = s.config().Decoding.Params.Threads
	c := client{clientName(r), turns.Interactive}
	if request.Batch {
		c.class = turns.Batch
	}
	u := s.newUse(&order{model: name, decoding: request.Decoding}, c)
	defer u.release()
	b, err := u.open(ctx)
	var result *engine.Result
	if err == nil {
		result, err = b.Decode(ctx, engine.Sound{Samples: samples, Voice: request.Voice}, request.Before)
	}
	if err != nil {
		if r.Context().Err() != nil {
			s.figures.cancelled.Inc()
			return
		}
		s.wireFail(w, failureOf(err))
		return
	}
	writeJSON(w, http.StatusOK, result)
}

// peak answers POST /v1/peak; see package wire.
func (s *Server) peak(w http.ResponseWriter, r *http.Request) {
	m, done, err := s.models.Use(r.Context(), s.config().Model)
	if err != nil {
		s.wireFail(w, failureOf(err))
		return
	}
	defer done()
	pcm, err := io.ReadAll(patientBody{http.MaxBytesReader(w, r.Body, maxPeakPCM), http.NewResponseController(w)})
	if err != nil || m.Peak == nil || len(pcm)%2 != 0 {
		s.wireFail(w, &wire.Failure{Kind: wire.KindRequest, Message: "no detector is installed, or this is not PCM"})
		return
	}
	p, err := m.Peak(audio.DecodePCM(nil, pcm))
	if err != nil {
		s.wireFail(w, failureOf(err))
		return
	}
	writeJSON(w, http.StatusOK, wire.Peak{Probability: p})
}

// maxPeakPCM is the most audio for the detector, in bytes: half a minute.
const maxPeakPCM = 30 * audio.SampleRate * 2

func failureOf(err error) *wire.Failure {
	kind := wire.KindRecogniser
	switch {
	case errors.Is(err, models.ErrNotInstalled):
		kind = wire.KindModel
	case errors.Is(err, whisper.ErrLanguage):
		kind = wire.KindLanguage
	}
	return &wire.Failure{Kind: kind, Message: err.Error()}
}

func (s *Server) wireFail(w http.ResponseWriter, f *wire.Failure) {
	if f.Kind == wire.KindRecogniser {
		s.config().Log.Error().Msgf("a request failed: %s", f.Message)
		s.figures.failed.WithLabelValues(http.StatusText(http.StatusInternalServerError)).Inc()
	}
	writeJSON(w, statusOf(f.Kind), f)
}
