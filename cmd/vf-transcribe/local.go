package main

import (
	"context"
	"errors"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
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
	engine *engine.Engine // nil until open has succeeded
	done   func()         // frees the detector that confirms speech
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
	l.lib, l.engine, l.done = lib, e, done
	b := &transcribe.Backend{Decoder: describedEngine{e}, Window: l.settings.windowLength(e.WindowStep())}
	if peak != nil {
		b.Confirm = vad.Confirm(peak)
	}
	return b, nil
}

// close frees what open has loaded.
func (l *local) close() {
	if l.engine != nil {
		l.done()
		l.engine.Close()
		l.lib.Close()
	}
}

// usage returns what the engine uses, and how many of its recognisers were replaced.
func (l *local) usage() (engine.Usage, int) {
	if l.engine == nil {
		return engine.Usage{}, 0
	}
	return l.engine.Usage(), l.engine.Refreshes()
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
