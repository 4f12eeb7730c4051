package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"voiceflow/internal/server/turns"
	"voiceflow/internal/server/wire"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/vad"
)

// client is who has its turn at the recognisers, and how urgently.
type client struct {
	name  string
	class turns.Class
}

// use is the use of a model by a run.
type use struct {
	server *Server
	order  *order
	client client
	model  *Model // nil until open has succeeded
	done   func()
}

func (s *Server) newUse(o *order, c client) *use {
	return &use{server: s, order: o, client: c, done: func() {}}
}

// release makes the model available to others.
func (u *use) release() { u.done() }

// open is transcribe.Config.Open.
func (u *use) open(ctx context.Context) (*transcribe.Backend, error) {
	m, done, err := u.server.models.Use(ctx, u.order.model)
	if err != nil {
		return nil, err
	}
	u.model, u.done = m, done
	session, err := m.NewSession(u.order.decoding)
	if err != nil {
		return nil, err
	}
	config := u.server.config()
	b := &transcribe.Backend{
		Decoder: &decoder{server: u.server, model: m, session: session, client: u.client}, Window: config.Window,
	}
	if b.Window == 0 {
		b.Window = transcribe.WindowLength(u.order.decoding, m.WindowStep())
	}
	if m.Peak != nil && !config.AllAudio {
		b.Confirm = vad.Confirm(m.Peak)
	}
	return b, nil
}

// decoder decodes for one client: it waits for the client's turn.
type decoder struct {
	server  *Server
	model   *Model
	session *engine.Session
	client  client
}

// Decode waits for a turn and decodes; see engine.Engine.Decode. When the process has
// grown beyond its memory limit, which would end vf-transcribe, the model is loaded again.
func (d *decoder) Decode(ctx context.Context, sound engine.Sound, before engine.Spoken) (*engine.Result, error) {
	done, err := d.server.turns.Wait(ctx, d.client.name, d.client.class)
	if err != nil {
		return nil, err
	}
	defer done()
	r, err := d.session.Decode(ctx, sound, before)
	if errors.Is(err, engine.ErrMemory) {
		d.server.config().Log.Warn().Msgf("%v; loading the model again", err)
		d.server.models.Renew()
		err = nil
	}
	if err == nil {
		d.server.figures.decoded(r)
	}
	return r, err
}

// Describe returns what transcripts say about the recogniser.
func (d *decoder) Describe() transcribe.Description {
	return transcribe.Description{Model: d.model.Model(), Device: d.model.Device(), Language: d.session.Language()}
}

// retryAfter is how soon a client should come back when the server is full, in seconds.
const retryAfter = 1

// enter counts a request, or refuses it if too many are served already or the server is
// about to stop. The caller calls leave at the end if it returned nil.
func (s *Server) enter(w http.ResponseWriter, room chan struct{}) *wire.Failure {
	if s.isStopping() {
		return &wire.Failure{Kind: wire.KindStopping, Message: "the server is about to stop"}
	}
	select {
	case room <- struct{}{}:
		return nil
	default:
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		s.figures.refused.Inc()
		return &wire.Failure{Kind: wire.KindBusy, Message: "too many requests are waiting; try again in a second"}
	}
}

func leave(room chan struct{}) { <-room }

// limited returns a context for a request that ends with it, and after the longest time.
func (s *Server) limited(r *http.Request) (context.Context, context.CancelFunc) {
	if s.config().MaxTime <= 0 {
		return context.WithCancel(r.Context())
	}
	return context.WithTimeout(r.Context(), s.config().MaxTime)
}

// clientTimeout is how long a client may neither send nor accept anything.
const clientTimeout = 30 * time.Second

// patientBody reads a body whose sender may pause for clientTimeout at most.
type patientBody struct {
	body    io.Reader
	control *http.ResponseController
}

func (p patientBody) Read(b []byte) (int, error) {
	if err := p.control.SetReadDeadline(time.Now().Add(clientTimeout)); err != nil {
		return 0, err
	}
	n, err := p.body.Read(b)
	if err != nil {
		// From here on, net/http reads to notice a client that leaves, and would take a
		// deadline for that.
		_ = p.control.SetReadDeadline(time.Time{}) // err matters more
	}
	return n, err
}

// beginAnswer gives the client clientTimeout to accept what is written next.
func beginAnswer(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(clientTimeout)) // writing reports what is wrong
}
