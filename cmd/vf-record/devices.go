package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/prose"
	"voiceflow/pkg/capture"
)

func listDevices(env *cmdline.Env, cfg config) error {
	sys, err := capture.Open(cfg.verbose)
	if err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	defer sys.Close()
	devices, err := sys.Devices()
	if err != nil {
		return cmdline.Exit(exitcode.Input, err)
	}
	if len(devices) == 0 {
		return cmdline.Exit(exitcode.Input,
			fmt.Errorf("%w: connect a microphone, or start an audio server", capture.ErrNoDevice))
	}
	if cfg.json {
		return printJSON(env, devices)
	}
	return printTable(env, devices)
}

func printTable(env *cmdline.Env, devices []capture.Device) error {
	described := slices.ContainsFunc(devices, func(d capture.Device) bool { return d.Description != "" })
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	header := "NUMBER\tNAME\tAPI\tCHANNELS\tRATE\tDEFAULT"
	if described {
		header += "\tDESCRIPTION"
	}
	fmt.Fprintln(w, header)
	for _, d := range devices {
		standard := ""
		if d.Default {
			standard = "*"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%.0f\t%s", d.Index, prose.Line(d.Name), d.API, d.Channels, d.SampleRate, standard)
		if described {
			fmt.Fprint(w, "\t"+describe(d))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// describe returns the description of a device on one line, and says if it is not a
// microphone.
func describe(d capture.Device) string {
	text := prose.Line(d.Description)
	if d.Monitor {
		text += " (a monitor: records what this output plays)"
	}
	return text
}

// device is a microphone in JSON.
type device struct {
	Index       int     `json:"index"`
	Name        string  `json:"name"`
	Description string  `json:"description"` // empty without a sound server
	API         string  `json:"api"`
	Channels    int     `json:"channels"`
	SampleRate  float64 `json:"sample_rate"`
	Default     bool    `json:"default"`
	Monitor     bool    `json:"monitor"` // records what an output plays
}

func printJSON(env *cmdline.Env, found []capture.Device) error {
	all := make([]device, 0, len(found))
	for _, d := range found {
		all = append(all, device{d.Index, d.Name, d.Description, d.API, d.Channels, d.SampleRate, d.Default, d.Monitor})
	}
	return json.NewEncoder(env.Stdout).Encode(all)
}
