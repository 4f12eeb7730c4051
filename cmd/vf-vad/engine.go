package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/modelstore"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// The names of the engines.
const (
	rnnoise = "rnnoise"
	silero  = "silero"
)

// engine hears speech.
type engine struct {
	vad.FrameDetector
	library *whisper.Library // nil: not needed
}

func openEngine(env *tool.Env, c *cli.Context) (*engine, error) {
	switch name := c.String("engine"); name {
	case rnnoise:
		detector, err := vad.NewDetector()
		if err != nil {
			return nil, tool.Exit(tool.Recogniser, err)
		}
		return &engine{FrameDetector: detector}, nil
	case silero:
		return openSilero(env, c)
	default:
		return nil, tool.Exit(tool.Usage, fmt.Errorf("--engine %q: use rnnoise or silero", name))
	}
}

func openSilero(env *tool.Env, c *cli.Context) (*engine, error) {
	path, err := modelstore.Default().Locate(c.String("vad-model"))
	if err != nil {
		return nil, tool.Exit(tool.Model, err)
	}
	library, err := whisper.Load(whisper.Options{Backends: c.String("backends"), Device: whisper.DeviceCPU, BLAS: whisper.BLASOff}, env.Log)
	if err != nil {
		return nil, tool.Exit(tool.Recogniser, err)
	}
	detector, err := library.OpenSpeechDetector(path)
	if err != nil {
		library.Close()
		return nil, tool.Exit(tool.Model, err)
	}
	return &engine{FrameDetector: detector, library: library}, nil
}

func (e *engine) close() {
	e.Close()
	if e.library != nil {
		e.library.Close()
	}
}
