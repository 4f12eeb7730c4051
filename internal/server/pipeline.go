package server

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"voiceflow/internal/server/turns"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/event"
)

// pipeline answers POST /v1/pipeline: it reads utterances, PCM or WAV for as long as the
// client sends, and writes the lines of their transcripts as they are ready.
func (s *Server) pipeline(w http.ResponseWriter, r *http.Request) {
	if refusal := s.enter(w, s.pipes); refusal != nil {
		writeFailure(w, refusal)
		return
	}
	defer leave(s.pipes)
	o, err := s.pipelineOrder(r.URL.Query())
	if err != nil {
		s.fail(w, err)
		return
	}
	o.client = clientName(r)
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // HTTP/2 always is
	body := &duplexBody{
		body: r.Body, w: w, control: control, stopping: s.stopping,
		blocks: make(chan []byte), unread: make(chan struct{}),
	}
	go body.pump()
	defer body.leave()
	out := &lineOutput{server: s, w: w, lines: event.NewStream(w), flush: control.Flush}
	c := s.runConfig(o)
	c.Stream, c.Name, c.Queue, c.Began = body, "the request", 100, time.Now()
	c.Partial = o.partial
	u := s.newUse(o, client{o.client, turns.Interactive})
	defer u.release()
	c.Open, out.use = u.open, u
	run := transcribe.New(c, out)
	err = run.Run(r.Context())
	broken, _ := run.BrokenOff(false)
	s.endPipeline(r.Context(), out, body, err, broken)
}

// endPipeline ends the answer. err is why the run ended early, and missing is what else may
// be missing in its lines.
func (s *Server) endPipeline(ctx context.Context, out *lineOutput, body *duplexBody, err, missing error) {
	cut := body.cut.Load()
	switch {
	case cut:
		missing = errStopping
	case err != nil:
		missing = err
	}
	switch {
	case err == nil && !body.begun && !cut: // nothing was sent
		out.w.WriteHeader(http.StatusOK)
	case ctx.Err() != nil:
	case err == nil:
		beginAnswer(out.w)
		out.w.Header().Set("Content-Type", pipelineType) // in case nothing was sent before
		_ = out.end(missing)                             // the client is gone
	case !body.begun:
		s.fail(out.w, err)
	default:
		_ = out.line(&event.Failure{Error: err.Error()}) // the client is gone
		_ = out.end(missing)
	}
}

// pipelineOrder reads the query of a pipeline.
func (s *Server) pipelineOrder(query url.Values) (*order, error) {
	f := &form{fields: query}
	o := &order{words: f.is("words")}
	var err error
	if o.decoding, err = s.formDecoding(f, f.is("translate"), o.words); err != nil {
		return nil, err
	}
	o.decoding.SoundNotes, o.partial = f.is("sound_notes"), f.is("partial")
	o.model, err = s.modelName(f.value("model"))
	return o, err
}

// pipelineType is the type of the answer to a pipeline.
const pipelineType = "application/x-ndjson"

// lineOutput writes the lines of a pipeline.
type lineOutput struct {
	server *Server
	use    *use
	w      http.ResponseWriter
	lines  *event.Writer
	flush  func() error

	transcripts, failures int
}

func (o *lineOutput) line(r event.Record) error {
	beginAnswer(o.w)
	failure, err := o.lines.Pass(r)
	if err != nil {
		return err
	}
	switch r.(type) {
	case *event.Failure:
		o.failures++
	case *event.Transcript:
		if failure == nil {
			o.transcripts++
		}
	}
	if failure != nil {
		o.failures++
	}
	return o.flush()
}

// end writes the last line. why is the reason if lines are missing, or nil.
func (o *lineOutput) end(why error) error {
	last := &event.End{Transcripts: o.transcripts, Errors: o.failures}
	if why != nil {
		last.Incomplete, last.Reason = true, why.Error()
	}
	if err := o.lines.End(last); err != nil {
		return err
	}
	return o.flush()
}

func (o *lineOutput) Transcript(it *transcribe.Item, t *event.Transcript) error {
	o.server.measure(o.use.model, it, t)
	o.server.figures.latency.WithLabelValues("pipeline").Observe(it.Latency().Seconds())
	return o.line(t)
}

func (o *lineOutput) Failure(it *transcribe.Item, err error) error {
	return o.line(&event.Failure{ID: it.ID, Error: err.Error()})
}

func (o *lineOutput) Record(r event.Record) error {
	if wrong, malformed := r.(*event.SyntaxError); malformed {
		r = &event.Failure{ID: wrong.ID, Error: wrong.Error()}
	}
	return o.line(r)
}

func (o *lineOutput) Partial(p *event.Partial) error                  { return o.line(p) }
func (o *lineOutput) Draft(*transcribe.Item, *event.Transcript) error { return nil }
func (o *lineOutput) Incomplete(t *event.Transcript) error            { return o.line(t) }
func (o *lineOutput) Skip(*transcribe.Item) error                     { return nil }
