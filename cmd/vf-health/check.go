package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/health"
)

func checkCommand() tool.Command {
	return tool.Command{
		Name:      "check",
		Usage:     "replay recordings through the pipeline and judge words, speed and latency",
		ArgsUsage: "[FILE.wav | FOLDER ...]",
		Description: `Replays each NAME.wav, whose words are in NAME.txt beside it, through
vf-record | vf-vad | vf-transcribe | vf-paste; without arguments the five timing
patterns that come with the programs.

Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "realtime", Usage: "replay as slowly as a microphone hears, and measure the latency"},
			&cli.BoolFlag{Name: "words", Usage: "show the words as they are recognised"},
			&cli.StringFlag{Name: "model", Aliases: []string{"m"}, EnvVars: []string{"VOICEFLOW_MODEL"}, TakesFile: true,
				DefaultText: "vf-transcribe's default", Usage: "ggml model `FILE`"},
			&cli.StringFlag{Name: "programs", DefaultText: "where vf-health itself is", Usage: "`FOLDER` of the other programs"},
		},
		Action: check,
	}
}

func check(env *tool.Env, c *cli.Context) error {
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return fmt.Errorf("the programs' place is unknown: %w; name it with --programs", err)
	}
	pipeline := health.Pipeline{Dir: c.String("programs"), Realtime: c.Bool("realtime"), Model: c.String("model")}
	if pipeline.Dir == "" {
		pipeline.Dir = filepath.Dir(program)
	}
	paths := c.Args().Slice()
	if len(paths) == 0 {
		if paths, err = timingPatterns(filepath.Dir(filepath.Dir(program))); err != nil {
			return err
		}
	}
	recordings, err := health.Recordings(paths)
	if err != nil {
		return err
	}
	words := io.Discard
	if c.Bool("words") {
		words = env.Stdout
	}
	var reports []*health.Report
	for _, rec := range recordings {
		report, err := pipeline.Replay(env.Context, rec, words)
		if err != nil {
			return err
		}
		reports = append(reports, report)
	}
	status, err := print(env.Stdout, reports, health.DefaultLimits())
	if err != nil || status == health.OK {
		return err
	}
	return tool.Exit(int(status), nil)
}

// timingPatterns are the recordings in a checkout or an installation.
func timingPatterns(prefix string) ([]string, error) {
	for _, folder := range []string{"testdata/recordings", "share/voiceflow/recordings"} {
		paths, err := filepath.Glob(filepath.Join(prefix, folder, "timing-*.wav"))
		if err != nil {
			return nil, err
		}
		if len(paths) > 0 {
			return paths, nil
		}
	}
	return nil, errors.New("the timing patterns did not come with the programs; name recordings to check")
}

// print writes a line with the verdict, then a table.
func print(w io.Writer, reports []*health.Report, limits health.Limits) (health.Status, error) {
	worst := health.OK
	var total health.Report
	table := &strings.Builder{}
	tw := tabwriter.NewWriter(table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "file\taudio s\tprocessing s\tspeed factor\tword errors\tlatency s\t  verdict")
	for _, r := range reports {
		status, faults := r.Judge(limits)
		worst = max(worst, status)
		total.Audio += r.Audio
		total.Processing += r.Processing
		total.Words = total.Words.Add(r.Words)
		total.Latencies = append(total.Latencies, r.Latencies...)
		row(tw, r.Recording.Name, r, strings.Join(append([]string{status.String()}, faults...), ": "))
	}
	row(tw, "all", &total, worst.String())
	tw.Flush()
	_, err := fmt.Fprintf(w, "VOICEFLOW %s: %d recordings, %.1f %% of %d words wrong, speed factor %.1f\n\n%s",
		worst, len(reports), 100*total.Words.Rate(), total.Words.Words, total.SpeedFactor(), table)
	return worst, err
}

func row(w io.Writer, name string, r *health.Report, verdict string) {
	latency := "-"
	if len(r.Latencies) > 0 {
		latency = fmt.Sprintf("%.2f", r.Latency().Seconds())
	}
	fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.1f\t%.1f %%\t%s\t  %s\n", name, r.Audio.Seconds(), r.Processing.Seconds(),
		r.SpeedFactor(), 100*r.Words.Rate(), latency, verdict)
}
