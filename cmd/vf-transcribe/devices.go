package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// devicesCommand lists the devices that libwhisper can compute on.
func devicesCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "devices",
		Usage: "list the devices for --device",
		Description: `A GPU is listed if its backend (libggml-vulkan.so, libggml-cuda.so, ...) and its
driver are installed. --device auto uses the first GPU, or else the processor,
which is several times faster with OpenBLAS.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "write JSON lines instead of a table"},
			blasFlag(),
			backendsFlag(),
		},
		Action: listDevices,
	}
}

func listDevices(env *cmdline.Env, c *cli.Context) error {
	options := whisper.Options{Backends: c.String("backends"), Device: whisper.DeviceGPU, BLAS: c.String("blas")}
	if !isBLAS(options.BLAS) {
		return cmdline.Exit(exitcode.Usage, fmt.Errorf("--blas %q: use auto, on or off", options.BLAS))
	}
	lib, err := whisper.Load(options, env.Log)
	if err != nil {
		return cmdline.Exit(exitcode.Recogniser, err)
	}
	defer lib.Close()
	blas, err := lib.Accelerate()
	switch {
	case err != nil && options.BLAS == whisper.BLASOn:
		return cmdline.Exit(exitcode.Recogniser, err)
	case err != nil:
		env.Log.Debug().Msg(err.Error())
	}
	devices := lib.Devices()
	if c.Bool("json") {
		out := event.NewWriter(cmdline.Shown(env.Stdout))
		for i, d := range devices {
			line := &event.Device{Index: i, Name: d.Name, Description: d.Description, GPU: d.GPU, BLAS: blasFor(d, blas)}
			if err := out.Write(line); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(cmdline.Shown(env.Stdout), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "INDEX\tNAME\tDESCRIPTION\tKIND")
	for i, d := range devices {
		kind := "processor"
		switch {
		case d.GPU:
			kind = "GPU"
		case blas != "":
			kind += " with " + blas
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", i, d.Name, d.Description, kind)
	}
	return table.Flush()
}

// blasFor returns the OpenBLAS version that a device uses, empty for a GPU.
func blasFor(d whisper.Device, blas string) string {
	if d.GPU {
		return ""
	}
	return blas
}
