package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/whisper"
)

// devicesCommand shows what libwhisper can compute on.
func devicesCommand() tool.Command {
	return tool.Command{
		Name:  "devices",
		Usage: "show what --device can choose from",
		Description: `A GPU is listed where its backend is there (libggml-vulkan.so, libggml-cuda.so ...)
and its driver. --device auto takes the first.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "write JSON lines instead of a table"},
			&cli.StringFlag{Name: "backends", EnvVars: []string{"VOICEFLOW_BACKENDS"}, Value: builtinBackends, TakesFile: true,
				Usage: "`FOLDER` of libwhisper's backends (libggml-*.so)"},
		},
		Action: listDevices,
	}
}

func listDevices(env *tool.Env, c *cli.Context) error {
	lib, err := whisper.Load(c.String("backends"), whisper.DeviceGPU, env.Log)
	if err != nil {
		return tool.Exit(tool.Recogniser, err)
	}
	defer lib.Close()
	devices := lib.Devices()
	if c.Bool("json") {
		out := json.NewEncoder(env.Stdout)
		for i, d := range devices {
			err := out.Encode(struct {
				Type        string `json:"type"`
				Index       int    `json:"index"`
				Name        string `json:"name"`
				Description string `json:"description"`
				GPU         bool   `json:"gpu"`
			}{"device", i, d.Name, d.Description, d.GPU})
			if err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "INDEX\tNAME\tDESCRIPTION\tKIND")
	for i, d := range devices {
		kind := "processor"
		if d.GPU {
			kind = "GPU"
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", i, d.Name, d.Description, kind)
	}
	return table.Flush()
}
