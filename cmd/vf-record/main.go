// Vf-record records speech, from a microphone or from a WAV file in its place,
// as raw PCM on standard output and as WAV files.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/capture"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

// ringTime is how long the reader of the output may stall before samples of a
// microphone are lost.
const ringTime = 300 * time.Second

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return tool.Run(tool.Command{
		Name:  "vf-record",
		Usage: "record speech as 16-bit 16 kHz mono PCM",
		Description: `Records from the microphone until Ctrl-C, or for --duration, and writes raw PCM
to standard output: vf-record | vf-vad | vf-transcribe | vf-paste

A WAV file can stand in for the microphone: vf-record --input talk.wav`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "input", Aliases: []string{"i"}, TakesFile: true,
				Usage: "read this WAV `FILE` (any rate, width, channels) in place of the microphone"},
			&cli.BoolFlag{Name: "realtime", Usage: "give out the --input file as slowly as a microphone would"},
			&cli.StringFlag{Name: "device", Aliases: []string{"D"}, DefaultText: "the system's default",
				Usage: "microphone `NAME`, part of a name, or number"},
			&cli.BoolFlag{Name: "list-devices", Usage: "list the microphones and exit"},
			&cli.DurationFlag{Name: "duration", Aliases: []string{"d"}, DefaultText: "until Ctrl-C or the end of the file",
				Usage: "stop after this `TIME`, such as 5s or 2m"},
			&cli.StringSliceFlag{Name: "output", Aliases: []string{"o"}, DefaultText: "-",
				Usage: "write a WAV `FILE`, or PCM to standard output (-); may be given more than once"},
		},
		Action: record,
	}, args, stdin, stdout, stderr)
}

func record(env *tool.Env, c *cli.Context) error {
	if c.Bool("list-devices") {
		return listDevices(env, c)
	}
	limit, err := sampleLimit(c)
	if err != nil {
		return tool.Exit(tool.Usage, err)
	}
	if c.Bool("realtime") && c.String("input") == "" {
		return tool.Exit(tool.Usage, errors.New("--realtime goes with --input FILE: a microphone is in real time anyway"))
	}
	src, err := openSource(env, c)
	if err != nil {
		return tool.Exit(tool.Input, err)
	}
	defer src.close()
	out, err := openOutputs(env, c.StringSlice("output"))
	if err != nil {
		return err
	}
	ring := audio.NewRing(int(ringTime.Seconds()) * audio.SampleRate)
	if err := src.start(env, ring); err != nil {
		out.abort()
		return tool.Exit(tool.Input, err)
	}
	return deliver(env, src, ring, out, limit)
}

// sampleLimit is the number of samples to record; negative is no limit.
func sampleLimit(c *cli.Context) (int64, error) {
	d := c.Duration("duration")
	switch {
	case !c.IsSet("duration"):
		return -1, nil
	case d <= 0:
		return 0, fmt.Errorf("--duration %v: must be longer than nothing", d)
	}
	return int64(d.Seconds() * audio.SampleRate), nil
}

// deliver hands samples from the ring to the outputs until the source ends,
// the limit is reached or the user stops it.
func deliver(env *tool.Env, src source, ring *audio.Ring, out *outputs, limit int64) error {
	go func() {
		select {
		case <-env.Stop:
			src.stop()
		case <-env.Context.Done():
		}
	}()
	buf := make([]int16, 4096)
	for written := int64(0); limit < 0 || written < limit; {
		if rest := limit - written; limit >= 0 && rest < int64(len(buf)) {
			buf = buf[:rest]
		}
		n, err := ring.Read(env.Context, buf)
		if err == io.EOF {
			break
		}
		if err == nil {
			err = out.write(buf[:n])
		}
		if err != nil {
			return errors.Join(err, out.close())
		}
		written += int64(n)
	}
	src.stop()
	if err := src.err(); err != nil {
		if src.keep() {
			err = errors.Join(err, out.close())
		} else {
			out.abort()
		}
		return tool.Exit(tool.Input, err)
	}
	return out.close()
}

func listDevices(env *tool.Env, c *cli.Context) error {
	sys, err := capture.Open(c.String("log-level") == "verbose")
	if err != nil {
		return tool.Exit(tool.Input, err)
	}
	defer sys.Close()
	devices, err := sys.Devices()
	if err != nil {
		return tool.Exit(tool.Input, err)
	}
	if len(devices) == 0 {
		return tool.Exit(tool.Input, fmt.Errorf("%w: connect a microphone, or start an audio server", capture.ErrNoDevice))
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
