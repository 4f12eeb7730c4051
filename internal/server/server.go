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
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/server/resident"
	"voiceflow/internal/server/turns"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
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
	current  atomic.Pointer[Config]
	models   resident.Pool[*Model]
	turns    *turns.Queue
	room     chan struct{} // filled by each request that is served or waits
	pipes    chan struct{} // filled by each pipeline
	figures  *figures
	handler  http.Handler
	stopping chan struct{} // closed by Stop

	connections atomic.Int64 // so far
}

// maxPipelines is how many pipelines may be open at the same time. A pipeline without
// speech costs little, but it has a detector and a connection.
const maxPipelines = 64

// New returns a server. It loads no model.
func New(config Config) *Server {
	workers := max(config.Recognisers, 1)
	s := &Server{
		turns:    turns.New(workers),
		room:     make(chan struct{}, workers+max(config.Waiting, 0)),
		pipes:    make(chan struct{}, maxPipelines),
		stopping: make(chan struct{}),
	}
	s.current.Store(&config)
	s.models = resident.Pool[*Model]{
		Open: s.openModel, Close: s.closeModel, Max: config.ModelsMax, Idle: config.IdleUnload,
	}
	s.figures = newFigures(s)
	s.handler = s.protect(s.routes())
	return s
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/transcriptions", s.timed("openai", s.openAI(false)))
	mux.HandleFunc("POST /v1/audio/translations", s.timed("openai", s.openAI(true)))
	mux.HandleFunc("GET /v1/models", s.listModels)
	mux.HandleFunc("GET /v1/models/{name}", s.showModel)
	mux.HandleFunc("POST /inference", s.timed("whisper-server", s.inference))
	mux.HandleFunc("POST /load", s.load)
	mux.HandleFunc("POST /v1/pipeline", s.pipeline)
	mux.HandleFunc("GET /v1/engine", s.describeEngine)
	mux.HandleFunc("POST /v1/decode", s.timed("connect", s.decode))
	mux.HandleFunc("POST /v1/peak", s.peak)
	mux.HandleFunc("GET /health", s.health)
	mux.Handle("GET /metrics", s.figures.handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusNotFound, "not_found", "there is no "+r.Method+" "+r.URL.Path+" here; see docs/server.md")
	})
	return mux
}

// timed measures how long requests take.
func (s *Server) timed(name string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		next(w, r)
		s.figures.latency.WithLabelValues(name).Observe(time.Since(began).Seconds())
	}
}

// ServeHTTP serves a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Preload loads the default model.
func (s *Server) Preload(ctx context.Context) error {
	_, done, err := s.models.Use(ctx, s.config().Model)
	if err == nil {
		done()
	}
	return err
}

func (s *Server) config() *Config { return s.current.Load() }

// Reload makes further requests use another configuration, and load their models again;
// requests under way keep theirs. What was set up at the start stays: the numbers of
// recognisers and models, when models are unloaded, and how many requests may wait.
func (s *Server) Reload(config Config) {
	s.current.Store(&config)
	s.models.Renew()
}

// Stop refuses further requests with 503 and ends pipelines after the utterance being
// spoken. It must be called once.
func (s *Server) Stop() { close(s.stopping) }

func (s *Server) isStopping() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}

// Close frees the models, once no request uses them. Its error is that of ctx.
func (s *Server) Close(ctx context.Context) error { return s.models.Shut(ctx) }

func (s *Server) openModel(name string) (*Model, error) {
	began := time.Now()
	m, err := s.config().Open(name)
	if err != nil {
		return nil, err
	}
	s.figures.opened(m)
	s.config().Log.Info().Msgf("loaded %s on %s in %.1f s", m.Model(), m.Device(), time.Since(began).Seconds())
	return m, nil
}

func (s *Server) closeModel(m *Model) {
	name := m.Model()
	s.figures.closed(m)
	m.Close()
	s.config().Log.Info().Msgf("unloaded %s", name)
}
