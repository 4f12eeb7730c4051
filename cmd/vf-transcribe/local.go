package main

import (
	"context"
	"errors"
	"sync/atomic"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/resume"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// local decodes in this process. It loads the library and the model when they are
// needed.
type local struct {
	env      *cmdline.Env
	settings *settings
	choose   func() (model string, err error)

	lib    *whisper.Library
	engine atomic.Pointer[engine.Engine] // nil until open has succeeded; see connected
	done   func()                        // frees the detector that confirms speech
}

// open loads the library and the model. Its errors carry their exit codes.
func (l *local) open(context.Context) (*transcribe.Backend, error) {
	model, err := l.choose()
	if err != nil {
		return nil, cmdline.Exit(exitcode.Model, err)
	}
	lib, err := whisper.Load(l.settings.library, l.env.Log)
	if err != nil {
		return nil, cmdline.Exit(exitcode.Recogniser, err)
	}
	model = l.settings.quantised(l.env, models.Default(), lib, model)
	e, err := engine.Open(engine.Library(lib, model), l.settings.engine, l.env.Log)
	if err != nil {
		lib.Close()
		return nil, cmdline.Exit(openCode(err), err)
	}
	peak, done := l.settings.openPeak(l.env, lib)
	l.lib, l.done = lib, done
	l.engine.Store(e)
	b := &transcribe.Backend{Decoder: describedEngine{e}, Window: l.settings.windowLength(e.WindowStep())}
	if b.Weights, err = resume.FileAt(model); err == nil {
		b.Weights.Modified = 0 // a copy of the model is the same model
	}
	if peak != nil {
		b.Confirm = vad.Confirm(peak)
	}
	return b, nil
}

// close frees what open has loaded.
func (l *local) close() {
	if e := l.engine.Load(); e != nil {
		l.done()
		e.Close()
		l.lib.Close()
	}
}

// usage returns what the engine uses, and how many of its recognisers were replaced.
func (l *local) usage() (engine.Usage, int) {
	e := l.engine.Load()
	if e == nil {
		return engine.Usage{}, 0
	}
	return e.Usage(), e.Refreshes()
}

// describedEngine is an engine as a transcribe.Decoder.
type describedEngine struct{ *engine.Engine }

func (e describedEngine) Describe() transcribe.Description {
	return transcribe.Description{Model: e.Model(), Device: e.Device(), Language: e.Language()}
}

// openCode returns the exit code for a model that cannot be opened.
func openCode(err error) int {
	switch {
	case errors.Is(err, whisper.ErrNotModel):
		return exitcode.Model
	case errors.Is(err, whisper.ErrLanguage):
		return exitcode.Usage
	default:
		return exitcode.Recogniser
	}
}
