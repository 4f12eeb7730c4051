package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// bundledModel is the file of the model that comes with the programs, and its
// name for --model and --fallback-model.
const (
	bundledModel = "vf-demo.en.bin"
	bundledName  = "demo"
)

// chooseModel is the file of the model to use: the one that is named, else the
// profile's. It is another one than that only where the user agreed, by
// --fallback-model or by having chosen nothing at all.
func (s *settings) chooseModel(c *cli.Context, store models.Store, log zerolog.Logger) (string, error) {
	// A profile's model is one of the store, whatever lies in this folder.
	name, find := s.profile.Model, models.Store.Usable
	if c.String("model") != "" {
		name, find = c.String("model"), findModel
	}
	path, err := find(store, name)
	if err == nil {
		return path, nil
	}
	if fallback := c.String("fallback-model"); fallback != "" && errors.Is(err, models.ErrNotInstalled) {
		log.Warn().Msgf("model %s is not installed: %s is used in its place", name, fallback)
		return findModel(store, fallback)
	}
	if c.String("model") != "" || c.IsSet("profile") {
		return "", err
	}
	if path, err = bundled(); err != nil {
		return "", err
	}
	log.Warn().Str("model", path).Msg("no model is configured: this is the demo model, which knows a few hundred words of synthetic English; " +
		"for real dictation run vf-transcribe models pull " + name + ", or name a ggml Whisper model with -m FILE or VOICEFLOW_MODEL")
	return path, nil
}

// findModel finds a model by its file or its name; that of the bundled one is no
// name of the store.
func findModel(store models.Store, name string) (string, error) {
	if name == bundledName {
		return bundled()
	}
	return store.Locate(name)
}

// bundled is the file of the model that comes with the programs, which lies
// beside them in a checkout and under share/voiceflow after an installation.
func bundled() (string, error) {
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return "", fmt.Errorf("no model is configured and the programs' place is unknown: %w; name a ggml model file with -m", err)
	}
	prefix := filepath.Dir(filepath.Dir(program))
	for _, folder := range []string{"testdata/model", "share/voiceflow"} {
		path := filepath.Join(prefix, folder, bundledModel)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no model is configured and none came with the programs; run vf-transcribe models pull base.en, or name a ggml model file with -m or VOICEFLOW_MODEL")
}

// quantised is the file to use in place of a model's where it runs on the
// processor: one with weights of 8 bits, unless that is not wanted.
func (s *settings) quantised(env *cmdline.Env, store models.Store, lib *whisper.Library, model string) string {
	// Of a device that is not there the engine says so.
	if device, err := lib.Choose(s.engine.Device); err != nil || device.GPU || !s.quantise {
		return model
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	path, err := store.Quantised(ctx, model, func(name string) {
		env.Log.Info().Str("model", name).Msgf("making %s for this processor, once; --no-quantize uses the model as it is", name)
	})
	if err != nil && ctx.Err() == nil {
		env.Log.Warn().Msgf("%v; the model is used as it is, which is slower (--no-quantize: on purpose)", err)
	}
	return path
}
