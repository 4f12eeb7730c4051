package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/prose"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/event"
)

// modelsCommand is the subcommand that keeps the user's models.
func modelsCommand() cmdline.Command { return modelCommands(models.Default, hasGPU) }

// modelCommands keeps the models of a store, for a machine with or without a GPU.
func modelCommands(open func() models.Store, gpu func(env *cmdline.Env, backends string) bool) cmdline.Command {
	m := modelActions{open, gpu}
	return cmdline.Command{
		Name:  "models",
		Usage: "list, download and check models",
		Subcommands: []cmdline.Command{{
			Name:   "list",
			Usage:  "show what can be had and what is installed",
			Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write JSON lines instead of a table"}},
			Action: m.list,
		}, {
			Name:      "pull",
			Usage:     "download models, check them, and print their files",
			ArgsUsage: "NAME ...",
			Description: `Without a GPU a model comes in its q8_0 form, where it is published in one: what
runs on a processor, half the size. Silero's model (0.9 MB) comes along, which has
the last word on what is speech. A download that broke off goes on where it
stopped. A token in HF_TOKEN is given to the host that the models come from, and
to no other.

Exit code: 0 done, 1 some were not obtained, 2 unknown name, 3 none was obtained.`,
			Flags: []cli.Flag{&cli.StringFlag{Name: "model-url", EnvVars: []string{"VOICEFLOW_MODEL_URL"},
				DefaultText: "whisper.cpp's own", Usage: "`ADDRESS` of a mirror, which has a model at ADDRESS/ggml-NAME.bin"},
				&cli.BoolFlag{Name: "no-quantize", Usage: "get the float16 form, GPU or not"},
				&cli.BoolFlag{Name: "no-vad-model", Usage: "do not get Silero's model along"},
				backendsFlag()},
			Action: m.pull,
		}, {
			Name:      "path",
			Usage:     "print the file of an installed model",
			ArgsUsage: "NAME",
			Action:    m.path,
		}, {
			Name:      "verify",
			Usage:     "read installed models and compare them with their SHA-256",
			ArgsUsage: "[NAME ...]",
			Description: `Without a name all that are installed.

Exit code: 0 all are right, 1 some are not, 2 unknown name, 3 a named one is not
installed.`,
			Action: m.verify,
		}, {
			Name:        "clean",
			Usage:       "remove the q8_0 copies that were made for this processor",
			Description: `They are made again when they are needed; --no-quantize does without.`,
			Action:      m.clean,
		}},
	}
}

// modelActions are the actions on a store.
type modelActions struct {
	open func() models.Store
	gpu  func(env *cmdline.Env, backends string) bool
}

func (m modelActions) list(env *cmdline.Env, c *cli.Context) error {
	store := m.open()
	installed, err := store.Installed()
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	paths := map[string]string{}
	for _, i := range installed {
		paths[i.Name] = i.Path
	}
	known := store.Models
	if known == nil {
		known = models.Known()
	}
	copies, err := store.Copies()
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	if !c.Bool("json") {
		return printModels(env.Stdout, known, paths, copies)
	}
	out := event.NewWriter(env.Stdout)
	for _, k := range known {
		path, isInstalled := paths[k.Name]
		if err := out.Write(&event.Model{
			Name: k.Name, File: k.File, URL: k.URL, Bytes: k.Bytes, SHA256: k.SHA256,
			Multilingual: k.Multilingual, Detector: k.Detector, Installed: isInstalled, Path: path,
		}); err != nil {
			return err
		}
	}
	for _, copied := range copies {
		line := &event.ModelCopy{Name: copied.Name, Path: copied.Path, Bytes: copied.Size, Source: copied.Source}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func printModels(w io.Writer, known []models.Model, paths map[string]string, copies []models.Copy) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "name\tsize\tlanguages\tinstalled\tpinned")
	for _, k := range known {
		languages := "English"
		switch {
		case k.Detector:
			languages = "finds speech"
		case k.Multilingual:
			languages = "many"
		}
		_, installed := paths[k.Name]
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", k.Name, knownSize(k.Bytes), languages, yesNo(installed), yesNo(k.SHA256 != ""))
	}
	if err := table.Flush(); err != nil || len(copies) == 0 {
		return err
	}
	fmt.Fprintln(w, "\nCopies made for this processor (vf-transcribe models clean removes them):")
	for _, c := range copies {
		fmt.Fprintf(table, "%s\t%s\tof %s\n", c.Name, prose.Size(c.Size), c.Source)
	}
	return table.Flush()
}

// knownSize is a size, or a question mark in place of none.
func knownSize(bytes int64) string {
	if bytes <= 0 {
		return "?"
	}
	return prose.Size(bytes)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// named checks the names among the arguments, which an action takes up only
// when all are known.
func named(store models.Store, c *cli.Context) ([]string, error) {
	names := c.Args().Slice()
	for _, name := range names {
		if _, err := store.Find(name); err != nil {
			return nil, cmdline.Exit(exitcode.Usage, err)
		}
	}
	return names, nil
}

func (m modelActions) path(env *cmdline.Env, c *cli.Context) error {
	store := m.open()
	names, err := named(store, c)
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return cmdline.Exit(exitcode.Usage, errors.New("one model's name is wanted; vf-transcribe models list shows them"))
	}
	path, err := store.Path(names[0])
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	_, err = fmt.Fprintln(env.Stdout, path)
	return err
}

func (m modelActions) verify(env *cmdline.Env, c *cli.Context) error {
	store := m.open()
	names, err := named(store, c)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if names, err = installedNames(store); err != nil {
			return cmdline.Exit(exitcode.Model, err)
		}
		if len(names) == 0 {
			env.Log.Info().Msg("no model is installed; vf-transcribe models pull NAME gets one")
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
		if _, err := fmt.Fprintf(env.Stdout, "%s: %s\n", name, verdict); err != nil {
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

// clean removes the copies and prints their files.
func (m modelActions) clean(env *cmdline.Env, _ *cli.Context) error {
	removed, err := m.open().RemoveCopies()
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	for _, c := range removed {
		if _, err := fmt.Fprintln(env.Stdout, c.Path); err != nil {
			return err
		}
	}
	return nil
}
