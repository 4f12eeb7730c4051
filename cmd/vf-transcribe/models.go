package main

import (
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

// modelsCommand is the subcommand that manages the user's models.
func modelsCommand() cmdline.Command { return modelCommands(models.Default, hasGPU) }

// modelCommands manages the models of a store, for a machine with or without a GPU.
func modelCommands(open func() models.Store, gpu func(env *cmdline.Env, backends string) bool) cmdline.Command {
	m := modelActions{open, gpu}
	return cmdline.Command{
		Name:  "models",
		Usage: "list, download and check models",
		Description: `Examples:

  vf-transcribe models list           which models are there?
  vf-transcribe models pull base.en   download a small English model`,
		Subcommands: []cmdline.Command{{
			Name:   "list",
			Usage:  "list available and installed models",
			Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "write JSON lines instead of a table"}},
			Action: m.list,
		}, {
			Name:      "pull",
			Usage:     "download models, verify them and print their paths",
			ArgsUsage: "NAME ...",
			Description: `Without a GPU, this downloads the q8_0 form of a model if there is one: it is
half the size and faster on a processor. It also downloads the Silero model
(0.9 MB), which vf-vad uses to confirm speech. An interrupted download resumes
where it stopped.

The token in HF_TOKEN is sent only to https://huggingface.co and its subdomains,
and the one in VOICEFLOW_MODEL_TOKEN only to the mirror, never over plain http
and never to a host that they redirect to.

Exit code: 0 done, 1 some models failed, 2 unknown name, 3 all models failed.`,
			Flags: []cli.Flag{
				&cli.BoolFlag{Name: "no-quantize", Usage: "download the float16 form even without a GPU"},
				&cli.BoolFlag{Name: "no-vad-model", Usage: "do not download the Silero model"},
				&cli.StringFlag{Name: "model-url", EnvVars: []string{"VOICEFLOW_MODEL_URL"},
					DefaultText: "the whisper.cpp model repository", Usage: "`URL` mirror with models at URL/ggml-NAME.bin"},
				backendsFlag(),
			},
			Action: m.pull,
		}, {
			Name:      "path",
			Usage:     "print the path of an installed model",
			ArgsUsage: "NAME",
			Action:    m.path,
		}, {
			Name:      "verify",
			Usage:     "check installed models against their SHA-256",
			ArgsUsage: "[NAME ...]",
			Description: `Without names it checks all installed models.

Exit code: 0 all match, 1 some do not, 2 unknown name, 3 a named model is
not installed.`,
			Action: m.verify,
		}, {
			Name:        "clean",
			Usage:       "remove the q8_0 copies made for this processor",
			Description: "They are made again when needed, unless you pass --no-quantize.",
			Action:      m.clean,
		}},
	}
}

// modelActions are the actions of the subcommands on a store.
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
	catalogue := store.Models
	if catalogue == nil {
		catalogue = models.Known()
	}
	copies, err := store.Copies()
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	if !c.Bool("json") {
		return printModels(cmdline.Shown(env.Stdout), catalogue, paths, copies)
	}
	out := event.NewWriter(cmdline.Shown(env.Stdout))
	for _, m := range catalogue {
		path, isInstalled := paths[m.Name]
		if err := out.Write(&event.Model{
			Name: m.Name, File: m.File, URL: m.URL, Bytes: m.Bytes, SHA256: m.SHA256,
			Multilingual: m.Multilingual, Detector: m.Detector, Installed: isInstalled, Path: path,
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

func printModels(w io.Writer, catalogue []models.Model, paths map[string]string, copies []models.Copy) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "name\tsize\tlanguages\tinstalled\tpinned")
	for _, m := range catalogue {
		languages := "English"
		switch {
		case m.Detector:
			languages = "finds speech"
		case m.Multilingual:
			languages = "many"
		}
		_, installed := paths[m.Name]
		pinned := m.SHA256 != ""
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.Name, formatSize(m.Bytes), languages, yesNo(installed), yesNo(pinned))
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

// formatSize returns a size for a person, or a question mark if it is unknown.
func formatSize(bytes int64) string {
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

// modelNames returns the arguments, once all of them are known to be models.
func modelNames(store models.Store, c *cli.Context) ([]string, error) {
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
	names, err := modelNames(store, c)
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return cmdline.Exit(exitcode.Usage, errors.New("name exactly one model; list models with: vf-transcribe models list"))
	}
	path, err := store.Path(names[0])
	if err != nil {
		return cmdline.Exit(exitcode.Model, err)
	}
	_, err = fmt.Fprintln(cmdline.Shown(env.Stdout), path)
	return err
}
