package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/config"
	"voiceflow/internal/health/preflight"
	"voiceflow/internal/health/service"
	"voiceflow/internal/health/verdict"
	"voiceflow/pkg/engine/models"
)

func preflightCommand() cmdline.Command {
	return cmdline.Command{
		Name:         "preflight",
		Unconfigured: true, // it must be able to report a broken configuration
		StatusLine:   true,
		Usage:        "check whether this machine is ready",
		Description: `Checks processor, memory, disk, GPU, sound, windows, models, folders, clock and
the programs themselves, and suggests how to fix problems. It changes nothing.

With --for files, a server without a microphone or screen passes. With --for
all, a problem that affects only dictation is at most a warning.

Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "for", Value: string(preflight.All), Usage: "`PURPOSE` dictation, files or all"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text or json"},
			programsFlag(),
		},
		Action: preflightAction,
	}
}

func preflightAction(env *cmdline.Env, c *cli.Context) error {
	purpose := preflight.Purpose(c.String("for"))
	if p := preflight.Purpose(fromFile(c, "for")); !c.IsSet("for") && slices.Contains(preflight.Purposes(), p) {
		purpose = p
	}
	if !slices.Contains(preflight.Purposes(), purpose) {
		return fmt.Errorf("--for %q: use dictation, files or all", purpose)
	}
	formats := map[string]func(io.Writer, preflight.Report) error{"text": preflightText, "json": preflightJSON}
	write := formats[c.String("format")]
	if write == nil {
		return fmt.Errorf("--format %q: use text or json", c.String("format"))
	}
	probe, err := preflightProbe(c)
	if err != nil {
		return err
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	report := preflight.Run(ctx, probe, purpose)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := write(cmdline.Shown(env.Stdout), report); err != nil || report.Status == verdict.OK {
		return err
	}
	return cmdline.Exit(int(report.Status), nil)
}

// preflightProbe returns a probe of this system with the programs and their folders.
func preflightProbe(c *cli.Context) (preflight.Probe, error) {
	p := preflight.System()
	p.Version = cmdline.Version
	p.Models = models.Default().Dir
	p.State = stateFolder()
	p.Config = configFolder()
	p.File = config.DefaultFile()
	p.Server = func(ctx context.Context) *service.Reading {
		if own := service.Resolve(service.Auto); own != "" {
			return service.Read(ctx, own, "")
		}
		return nil
	}
	if named := c.String("config"); named != "" {
		p.File, p.Named = named, true
	}
	var err error
	if named := fromFile(c, "programs"); named != "" && !c.IsSet("programs") {
		p.Programs, err = searchless(named)
	} else {
		p.Programs, err = programsFolder(c)
	}
	return p, err
}

func preflightJSON(w io.Writer, r preflight.Report) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(struct {
		Type string `json:"type"`
		preflight.Report
	}{"preflight", r})
}

// preflightText writes the verdict on the first line, then one line per check, each
// followed by its fix.
func preflightText(w io.Writer, r preflight.Report) error {
	width := 0
	for _, c := range r.Checks {
		width = max(width, len(c.Name))
	}
	text := &strings.Builder{}
	fmt.Fprintf(text, "%s\n\n", r.Summary())
	for _, c := range r.Checks {
		fmt.Fprintf(text, "%-*s  %-8s  %s\n", width, c.Name, c.Status, c.Found)
		if c.Remedy != "" {
			fmt.Fprintf(text, "%*s  -> %s\n", width+10, "", c.Remedy)
		}
		if c.Advice != "" {
			fmt.Fprintf(text, "%*s     %s\n", width+10, "", c.Advice)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}
