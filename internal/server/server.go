// Package server is vf-transcribe --listen: an HTTP server that keeps models loaded and
// transcribes for clients of several kinds. It answers as OpenAI's transcription service
// and as whisper.cpp's server do, pipes utterances to transcripts, and decodes windows for
// vf-transcribe --connect.
//
// It opens no file that a request names. What it logs, counts and reports contains neither
// text nor names of files.
package server

import (
	"context"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/server/resident"
	"voiceflow/internal/server/turns"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/vad"
)

// Config configures a server.
type Config struct {
	Version string // of the program

	// Model is the name of the model for requests that do not ask for one. Names returns
	// all names that requests may ask for, and Open loads a model by its name; the error
	// wraps models.ErrNotInstalled if there is none.
	Model string
	Names func() []string
	Open  func(name string) (*Model, error)

	Decoding    engine.Decoding // what requests do not say otherwise
	Window      float64         // as transcribe.Backend.Window; 0: as the model needs
	Input       input.Options
	AllAudio    bool // as transcribe.Config.AllAudio
	Recognisers int  // of each model, and how many windows are decoded at once

	ModelsMax  int           // models loaded at once
	IdleUnload time.Duration // after which a model is unloaded; 0: never

	Waiting   int           // requests that may wait for a recogniser
	MaxUpload int64         // bytes of a recording
	MaxTime   time.Duration // of a request, except for pipelines

	Guard Guard
	Log   zerolog.Logger
	// Measured receives the cost of each transcript, as vf-transcribe logs it.
	Measured zerolog.Logger
}

// Model is a loaded model.
type Model struct {
	*engine.Engine
	// Peak returns the highest probability of speech in samples, to confirm what the
	// detector finds in recordings; nil if no model for that is installed.
	Peak  func([]int16) (float32, error)
	Close func()
}

// Server serves requests. It is an http.Handler.
type Server struct {
	config   Config
	models   resident.Pool[*Model]
	turns    *turns.Queue
	room     chan struct{} // filled by each request that is served or waits
	pipes    chan struct{} // filled by each pipeline
	figures  *figures
	handler  http.Handler
	stopping chan struct{} // closed by Stop
	ready    chan struct{} // closed when the server has begun to serve
}

// maxPipelines is how many pipelines may be open at the same time. A pipeline without
// speech costs little, but it has a detector and a connection.
const maxPipelines = 64

// New returns a server. It loads no model.
func New(config Config) *Server {
	workers := max(config.Recognisers, 1)
	s := &Server{
		config:   config,
		turns:    turns.New(workers),
		room:     make(chan struct{}, workers+max(config.Waiting, 0)),
		pipes:    make(chan struct{}, maxPipelines),
		stopping: make(chan struct{}),
	}
	s.models = resident.Pool[*Model]{
		Open: s.openModel, Close: s.closeModel, Max: config.ModelsMax, Idle: config.IdleUnload,
	}
	s.figures = newFigures(s)
	s.handler = s.config.Guard.protect(s.routes())
	return s
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/transcriptions", s.openAI(false))
	mux.HandleFunc("POST /v1/audio/translations", s.openAI(true))
	mux.HandleFunc("GET /v1/models", s.listModels)
	mux.HandleFunc("GET /v1/models/{name}", s.showModel)
	mux.HandleFunc("POST /inference", s.inference)
	mux.HandleFunc("POST /load", s.load)
	mux.HandleFunc("POST /v1/pipeline", s.pipeline)
	mux.HandleFunc("GET /v1/engine", s.describeEngine)
	mux.HandleFunc("POST /v1/decode", s.decode)
	mux.HandleFunc("POST /v1/peak", s.peak)
	mux.HandleFunc("GET /health", s.health)
	mux.Handle("GET /metrics", s.figures.handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusNotFound, "not_found", "there is no "+r.Method+" "+r.URL.Path+" here; see docs/server.md")
	})
	return mux
}

// ServeHTTP serves a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Preload loads the default model.
func (s *Server) Preload(ctx context.Context) error {
	_, done, err := s.models.Use(ctx, s.config.Model)
	if err == nil {
		done()
	}
	return err
}

// Reload makes the next request load its model again. Requests under way keep theirs.
func (s *Server) Reload() { s.models.Renew() }

// Stop refuses further requests with 503 and ends pipelines after the utterance being
// spoken. It must be called once.
func (s *Server) Stop() { close(s.stopping) }

// Close frees the models, once no request uses them. Its error is that of ctx.
func (s *Server) Close(ctx context.Context) error { return s.models.Shut(ctx) }

func (s *Server) openModel(name string) (*Model, error) {
	began := time.Now()
	m, err := s.config.Open(name)
	if err != nil {
		return nil, err
	}
	s.config.Log.Info().Msgf("loaded %s on %s in %.1f s", m.Model(), m.Device(), time.Since(began).Seconds())
	return m, nil
}

func (s *Server) closeModel(m *Model) {
	name := m.Model()
	s.figures.retire(m)
	m.Close()
	s.config.Log.Info().Msgf("unloaded %s", name)
}

// backend returns the decoder of one client on a model, and a function that lets go of
// the model.
func (s *Server) backend(ctx context.Context, c client, name string, d engine.Decoding) (*transcribe.Backend, func(), error) {
	m, done, err := s.models.Use(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	session, err := m.NewSession(d)
	if err != nil {
		done()
		return nil, nil, err
	}
	b := &transcribe.Backend{
		Decoder: &decoder{server: s, model: m, session: session, client: c},
		Window:  s.config.Window,
	}
	if b.Window == 0 {
		b.Window = transcribe.WindowLength(d, m.WindowStep())
	}
	if m.Peak != nil && !s.config.AllAudio {
		b.Confirm = vad.Confirm(m.Peak)
	}
	return b, done, nil
}
