package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/analysis"
	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/wholefile"
)

func analyzeCommand() cmdline.Command {
	return cmdline.Command{
		Name:      "analyze",
		Usage:     "find trends and problems in the logs",
		ArgsUsage: "[FOLDER | FILE ...]",
		Description: `Reports percentiles, trends, errors and changes over time, with advice. It reads
logs written by --log-file, including rotated ones. Without arguments, it reads
the folder of --log-file, or else $XDG_STATE_HOME/voiceflow/log.

--since and --until accept 2026-11-24, "2026-11-24 10:00", a timestamp from the
logs, or an age: 36h, 7d.

Examples:

  vf-health analyze --since 7d                    the last week
  vf-health analyze --format html -o report.html  everything, as a page`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "since", Usage: "`TIME` ignore anything before this time"},
			&cli.StringFlag{Name: "until", Usage: "`TIME` ignore anything from this time on"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text, json or html"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "standard output",
				Usage: "`FILE` write the report to a file, or into a folder"},
			&cli.StringFlag{Name: "plots", TakesFile: true, Usage: "`FOLDER` write plots as SVG and PNG files"},
		},
		OnlyFlags: []string{"since", "until"}, // monitor's --since has another meaning
		Action:    analyze,
	}
}

func analyze(env *cmdline.Env, c *cli.Context) error {
	write, err := reportWriter(c.String("format"))
	if err != nil {
		return err
	}
	options := analysis.Options{Location: time.Local, Limits: metrics.DefaultLimits()}
	if options.Since, err = pastTime(c.String("since"), time.Now()); err != nil {
		return fmt.Errorf("--since: %w", err)
	}
	if options.Until, err = pastTime(c.String("until"), time.Now()); err != nil {
		return fmt.Errorf("--until: %w", err)
	}
	paths := c.Args().Slice()
	if len(paths) == 0 {
		paths = []string{logsInForce(c)}
		folder, err := programsFolder(c)
		if err != nil {
			return err
		}
		options.GPU, options.Alive = firstGPU(env.Context, folder), isRunning // these are the logs of this machine
	}
	report, err := readLogs(env.Context, paths, options)
	if err != nil {
		return err
	}
	if folder := c.String("plots"); folder != "" {
		if err := writePlots(folder, report, options.Limits); err != nil {
			return fmt.Errorf("--plots: %w", err)
		}
	}
	if path := c.String("output"); path != "" {
		return writeAnalysis(env, path, c.String("format"), report, write)
	}
	if c.String("format") == "html" {
		if err := env.RefuseTerminal("a page", "name a file with --output"); err != nil {
			return err
		}
	}
	return write(report, cmdline.Shown(env.Stdout))
}

// reportWriter returns the function that writes a format.
func reportWriter(format string) (func(*analysis.Report, io.Writer) error, error) {
	switch format {
	case "text":
		return (*analysis.Report).WriteText, nil
	case "json":
		return func(r *analysis.Report, w io.Writer) error {
			out := json.NewEncoder(w)
			out.SetIndent("", "  ")
			return out.Encode(r)
		}, nil
	case "html":
		return func(r *analysis.Report, w io.Writer) error { return r.WriteHTML(w, metrics.DefaultLimits()) }, nil
	default:
		return nil, fmt.Errorf("--format %q: use text, json or html", format)
	}
}

// readLogs analyses the logs in folders and files.
func readLogs(ctx context.Context, paths []string, o analysis.Options) (*analysis.Report, error) {
	var logs []string
	for _, path := range paths {
		found, err := logrecord.Find(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no logs in %s: run the programs with --log-file %s/, or name the folder of their logs",
				path, path)
		}
		logs = append(logs, found...)
	}
	logs = distinct(logs)
	collector := analysis.NewCollector(o)
	for reading, err := range logrecord.Files(logs...)(ctx) {
		collector.Add(reading, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if collector.Readings() == 0 {
		return nil, fmt.Errorf("nothing to analyse in %s: the logs have no events in this period; "+
			"run the programs with --log-file", strings.Join(paths, ", "))
	}
	return collector.Report(), nil
}

// distinct removes files that are listed twice, perhaps by links.
func distinct(paths []string) []string {
	var kept []string
	var infos []fs.FileInfo
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && slices.ContainsFunc(infos, func(other fs.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		kept = append(kept, path)
		if err == nil {
			infos = append(infos, info)
		}
	}
	return kept
}

// pastTime parses a time, or how long ago it was; an empty string gives the zero time.
func pastTime(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, nil
		}
	}
	if number, ok := strings.CutSuffix(s, "d"); ok {
		if days, err := strconv.ParseUint(number, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(days)), nil
		}
	}
	if ago, err := time.ParseDuration(s); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf(
		`%q is not a valid time: use 2026-11-24, "2026-11-24 10:00", or how long ago: 36h, 7d`, s)
}

// writeAnalysis writes a report atomically to a file, or into a folder as analysis.txt,
// .json or .html.
func writeAnalysis(
	env *cmdline.Env, path, format string, report *analysis.Report, write func(*analysis.Report, io.Writer) error,
) error {
	if info, err := os.Stat(path); strings.HasSuffix(path, "/") || err == nil && info.IsDir() {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return fmt.Errorf("--output: %w", err)
		}
		path = filepath.Join(path, "analysis."+map[string]string{"text": "txt", "json": "json", "html": "html"}[format])
	}
	var b bytes.Buffer
	if err := write(report, &b); err != nil {
		return err
	}
	if err := wholefile.Write(path, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	env.Log.Info().Msgf("%s; wrote the report to %s", report.Headline(), cmdline.OutputName(path))
	return nil
}

func writePlots(folder string, report *analysis.Report, limits metrics.Limits) error {
	plots, err := report.Plots(limits)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, p := range plots {
		for extension, write := range map[string]func(io.Writer) error{".svg": p.WriteSVG, ".png": p.WritePNG} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				return fmt.Errorf("plot of %s: %w", p.Name, err)
			}
			if err := wholefile.Write(filepath.Join(folder, p.Name+extension), b.Bytes(), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// askTime is how long another program may take to answer.
const askTime = 10 * time.Second

// firstGPU asks vf-transcribe for a GPU. It returns "" if there is none, or no answer.
func firstGPU(ctx context.Context, folder string) string {
	out, err := peer.Run(ctx, askTime, filepath.Join(folder, "vf-transcribe"), "devices", "--json")
	if err != nil || out.Code != exitcode.OK {
		return ""
	}
	for _, d := range peer.Devices(out.Stdout) {
		if d.GPU {
			return d.Name + ", " + d.Description
		}
	}
	return ""
}
