package main

import (
	"errors"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// The names of the engines.
const (
	auto    = "auto"
	builtin = "builtin"
	silero  = "silero"
)

// engine detects speech.
type engine struct {
	vad.FrameDetector
	confirm func(*vad.Utterance) (bool, error) // confirms utterances; may be nil
	close   func()
}

func openEngine(env *cmdline.Env, c *cli.Context) (*engine, error) {
	name := c.String("engine")
	if name == builtin {
		return builtinEngine(), nil
	}
	path, err := models.Default().Locate(c.String("vad-model"))
	if errors.Is(err, models.ErrNotInstalled) && name == auto && !c.IsSet("vad-model") {
		return builtinEngine(), nil
	}
	if err != nil {
		return nil, cmdline.Exit(exitcode.Model, err)
	}
	detector, done, err := openSilero(env, c, path)
	if err != nil {
		return nil, err
	}
	if name == silero {
		return &engine{FrameDetector: detector, close: done}, nil
	}
	return &engine{FrameDetector: vad.NewDetector(), confirm: vad.Confirm(detector.Peak), close: done}, nil
}

func builtinEngine() *engine {
	return &engine{FrameDetector: vad.NewDetector(), close: func() {}}
}

// openSilero loads the Silero model; done frees it.
func openSilero(
	env *cmdline.Env, c *cli.Context, path string,
) (detector *whisper.SpeechDetector, done func(), err error) {
	options := whisper.Options{Backends: c.String("backends"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff}
	library, err := whisper.Load(options, env.Log)
	if err != nil {
		return nil, nil, cmdline.Exit(exitcode.Recogniser, err)
	}
	detector, err = library.OpenSpeechDetector(path)
	if err != nil {
		library.Close()
		return nil, nil, cmdline.Exit(exitcode.Model, err)
	}
	return detector, func() {
		detector.Close()
		library.Close()
	}, nil
}
