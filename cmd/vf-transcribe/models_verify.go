package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine/models"
)

func (m modelActions) verify(env *cmdline.Env, c *cli.Context) error {
	store := m.open()
	names, err := modelNames(store, c)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if names, err = installedNames(store); err != nil {
			return cmdline.Exit(exitcode.Model, err)
		}
		if len(names) == 0 {
			env.Log.Info().Msg("no model is installed; download one with: vf-transcribe models pull NAME")
		}
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	bad, missing := 0, 0
	for _, name := range names {
		verdict := "right"
		switch err := store.VerifyContext(ctx, name); {
		case errors.Is(err, context.Canceled):
			return err
		case errors.Is(err, models.ErrNotInstalled):
			missing++
			env.Log.Error().Msg(err.Error())
			continue
		case errors.Is(err, models.ErrNoHash):
			verdict = "not checked: " + err.Error()
		case err != nil:
			bad++
			verdict = "wrong: " + err.Error()
		}
		if _, err := fmt.Fprintf(cmdline.Shown(env.Stdout), "%s: %s\n", name, verdict); err != nil {
			return err
		}
	}
	switch {
	case bad > 0:
		return cmdline.Exit(exitcode.SomeFailed, nil)
	case missing > 0:
		return cmdline.Exit(exitcode.Model, nil)
	}
	return nil
}

func installedNames(store models.Store) ([]string, error) {
	installed, err := store.Installed()
	var names []string
	for _, i := range installed {
		names = append(names, i.Name)
	}
	return names, err
}

// clean removes the copies and prints their paths.
func (m modelActions) clean(env *cmdline.Env, _ *cli.Context) error {
	removed, err := m.open().RemoveCopies()
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	for _, c := range removed {
		if _, err := fmt.Fprintln(cmdline.Shown(env.Stdout), c.Path); err != nil {
			return err
		}
	}
	return nil
}
