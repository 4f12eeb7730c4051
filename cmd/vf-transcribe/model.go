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

// The file name of the model that comes with the programs, and its name for
// --model and --fallback-model.
const (
	bundledModel = "vf-demo.en.bin"
	bundledName  = "demo"
)

// chooseModel returns the file of the model to use: the one given by --model, or
// else the profile's. If that is not installed, it falls back to --fallback-model,
// or to the demo model if the user chose neither a model nor a profile.
func (s *settings) chooseModel(c *cli.Context, store models.Store, log zerolog.Logger) (string, error) {
	// A profile's model comes from the store, even if this folder has a file of that name.
	name, find := s.profile.Model, models.Store.Usable
	if c.String("model") != "" {
		name, find = c.String("model"), findModel
	}
	path, err := find(store, name)
	if err == nil {
		return path, nil
	}
	if fallback := c.String("fallback-model"); fallback != "" && errors.Is(err, models.ErrNotInstalled) {
		log.Warn().Msgf("model %s is not installed: using %s instead", name, fallback)
		return findModel(store, fallback)
	}
	if c.String("model") != "" || c.IsSet("profile") {
		return "", err
	}
	if path, err = bundled(); err != nil {
		return "", err
	}
	log.Warn().Str("model", path).Msg("no model is configured: using the demo model, which knows only " +
		"a few hundred words of synthetic English; for real dictation run vf-transcribe models pull " + name +
		", or name a ggml Whisper model with -m FILE or VOICEFLOW_MODEL")
	return path, nil
}

// findModel finds a model by its file or its name. The bundled model is not in the
// store.
func findModel(store models.Store, name string) (string, error) {
	if name == bundledName {
		return bundled()
	}
	return store.Locate(name)
}

// bundled returns the file of the model that comes with the programs: in a checkout
// it is in testdata/model, after an installation in share/voiceflow.
func bundled() (string, error) {
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return "", fmt.Errorf("no model is configured, and cannot find the demo model: %w; name a ggml model with -m", err)
	}
	prefix := filepath.Dir(filepath.Dir(program))
	for _, folder := range []string{"testdata/model", "share/voiceflow"} {
		path := filepath.Join(prefix, folder, bundledModel)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no model is configured, and the demo model is missing; " +
		"run vf-transcribe models pull base.en, or name a ggml model with -m or VOICEFLOW_MODEL")
}

// quantised returns the model file to use: on the processor a copy with 8-bit
// weights, unless --no-quantize is set, and otherwise model itself.
func (s *settings) quantised(env *cmdline.Env, store models.Store, lib *whisper.Library, model string) string {
	// The engine reports a missing device.
	if device, err := lib.Choose(s.engine.Device); err != nil || device.GPU || !s.quantise {
		return model
	}
	if whisper.CheckModel(model) != nil {
		return model // the engine reports what is wrong with it, by its own name
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	path, err := store.Quantised(ctx, model, func(name string) {
		env.Log.Info().Str("model", name).Msgf("making %s for this processor, just this once; --no-quantize avoids it", name)
	})
	if err != nil && ctx.Err() == nil {
		env.Log.Warn().Msgf("%v; using the model as it is, which is slower (silence this with --no-quantize)", err)
	}
	return path
}
