package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

func (m modelActions) pull(env *cmdline.Env, c *cli.Context) error {
	store := m.open()
	store.BaseURL = c.String("model-url")
	store.Token = strings.TrimSpace(os.Getenv("HF_TOKEN"))
	store.MirrorToken = strings.TrimSpace(os.Getenv("VOICEFLOW_MODEL_TOKEN"))
	names, err := modelNames(store, c)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return cmdline.Exit(exitcode.Usage,
			errors.New("name at least one model; list models with: vf-transcribe models list"))
	}
	if !c.Bool("no-quantize") {
		names = m.forms(env, store, names, c.String("backends"))
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	failed := 0
	for _, name := range names {
		path, err := pullModel(ctx, env, store, name)
		switch {
		case ctx.Err() != nil && err != nil:
			return cmdline.Exit(exitcode.Interrupted,
				fmt.Errorf("interrupted: %s is incomplete; resume with: vf-transcribe models pull %s", name, name))
		case err != nil:
			failed++
			env.Log.Error().Msg(err.Error())
			continue
		}
		if _, err := fmt.Fprintln(cmdline.Shown(env.Stdout), path); err != nil {
			return err
		}
	}
	if failed < len(names) && !c.Bool("no-vad-model") {
		pullSilero(ctx, env, store)
	}
	switch failed {
	case 0:
		return nil
	case len(names):
		return cmdline.Exit(exitcode.Model, nil)
	}
	return cmdline.Exit(exitcode.SomeFailed, nil)
}

// pullSilero downloads the small model that confirms what is speech. Detection
// works without it, so a failure is only a warning; its path is not printed, because
// nobody asked for it.
func pullSilero(ctx context.Context, env *cmdline.Env, store models.Store) {
	if _, err := store.Find(sileroModel); err != nil {
		return
	}
	if _, err := store.Usable(sileroModel); err == nil {
		return
	}
	if _, err := pullModel(ctx, env, store, sileroModel); err != nil {
		env.Log.Warn().Msgf("cannot download the Silero model, which tells speech from other sounds: %v", err)
	}
}

// forms returns the names of the models in the form that suits this machine: the
// quantised one if it is published and there is no GPU.
func (m modelActions) forms(env *cmdline.Env, store models.Store, names []string, backends string) []string {
	var forms []string
	for _, name := range names {
		if form, found := store.QuantisedForm(name); found && !m.gpu(env, backends) {
			env.Log.Info().Msgf("no GPU found: downloading %s, which is faster on a processor; --no-quantize downloads %s",
				form, name)
			name = form
		}
		forms = append(forms, name)
	}
	return forms
}

// hasGPU reports whether libwhisper finds a GPU.
func hasGPU(env *cmdline.Env, backends string) bool {
	lib, err := whisper.Load(whisper.Options{Backends: backends, Device: whisper.DeviceAuto}, env.Log)
	if err != nil {
		return false
	}
	defer lib.Close()
	device, err := lib.Choose(whisper.DeviceAuto)
	return err == nil && device.GPU
}

// pullModel downloads one model, shows the progress and returns its path.
func pullModel(ctx context.Context, env *cmdline.Env, store models.Store, name string) (string, error) {
	var bar *progressbar.ProgressBar
	defer func() {
		if bar != nil {
			_ = bar.Clear()
		}
	}()
	started := false
	return store.Pull(ctx, name, func(done, total int64) {
		switch {
		case bar != nil:
			_ = bar.Set64(done)
		case started:
		case cmdline.IsTerminal(env.Stderr):
			bar = newBar(env.Stderr, name, total)
			_ = bar.Set64(done)
		default:
			env.Log.Info().Str("model", name).Msgf("downloading %s, %s", name, formatSize(total))
		}
		started = true
	})
}

func newBar(w io.Writer, name string, total int64) *progressbar.ProgressBar {
	if total <= 0 {
		total = -1 // the bar then shows only how much has arrived
	}
	return progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(name),
		progressbar.OptionShowBytes(true), progressbar.OptionShowTotalBytes(true), progressbar.OptionFullWidth(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))
}
