package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
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
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NUMBER\tNAME\tAPI\tCHANNELS\tRATE\tDEFAULT")
	for _, d := range devices {
		standard := ""
		if d.Default {
			standard = "*"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%.0f\t%s\n", d.Index, d.Name, d.API, d.Channels, d.SampleRate, standard)
	}
	return w.Flush()
}

// device is a microphone in JSON.
type device struct {
	Index      int     `json:"index"`
	Name       string  `json:"name"`
	API        string  `json:"api"`
	Channels   int     `json:"channels"`
	SampleRate float64 `json:"sample_rate"`
	Default    bool    `json:"default"`
}

func printJSON(env *cmdline.Env, found []capture.Device) error {
	all := make([]device, 0, len(found))
	for _, d := range found {
		all = append(all, device{d.Index, d.Name, d.API, d.Channels, d.SampleRate, d.Default})
	}
	return json.NewEncoder(env.Stdout).Encode(all)
}
