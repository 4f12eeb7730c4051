package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/check"
	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/report"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/wholefile"
)

func checkCommand() cmdline.Command {
	return cmdline.Command{
		Name:      "check",
		Usage:     "test the pipeline with recordings",
		ArgsUsage: "[FILE.wav | FOLDER ...]",
		Description: `Replays recordings through vf-record | vf-vad | vf-transcribe | vf-paste and
judges words, speed, latency and memory. The expected words of NAME.wav are in
NAME.txt, one line per utterance. Without arguments it replays the timing
patterns that come with the programs. It opens no microphone and types nothing.

Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.

Examples:

  vf-health check                          quick test with timing patterns
  vf-health check --suite all              all suites
  vf-health check --words my-recordings/   test with your own recordings`,
		Flags:      checkFlags(),
		StatusLine: true,
		Check: func(c *cli.Context) error {
			_, wrongLimits := readLimits(c)
			_, wrong := readSuites(c)
			return errors.Join(wrongLimits, wrong)
		},
		Action: runCheck,
	}
}

func runCheck(env *cmdline.Env, c *cli.Context) error {
	ctx, cancel := env.UntilStopped()
	defer cancel()
	checker, suites, err := newChecker(ctx, env, c)
	if err != nil {
		return err
	}
	r, err := checker.Run(ctx, suites)
	if err == nil {
		err = baseline(ctx, checker, r, c.String("baseline"))
	}
	if err != nil {
		return err
	}
	r.Keep(check.NewHistory(checker.State))
	if err := writeReport(cmdline.Shown(env.Stdout), c.String("format"), c.String("output"), r); err != nil {
		return err
	}
	if r.Status == verdict.OK {
		return nil
	}
	return cmdline.Exit(int(r.Status), nil)
}

func baseline(ctx context.Context, checker *check.Checker, r *check.Report, action string) error {
	switch action {
	case "save":
		return checker.SaveBaseline(ctx, r)
	case "compare":
		return checker.CompareBaseline(ctx, r)
	}
	return nil
}

func newChecker(ctx context.Context, env *cmdline.Env, c *cli.Context) (*check.Checker, []string, error) {
	suites, err := readSuites(c)
	if err != nil {
		return nil, nil, err
	}
	limits, err := readLimits(c)
	if err != nil {
		return nil, nil, err
	}
	own, err := ownFolder()
	if err != nil {
		return nil, nil, err
	}
	programs, err := programsFolder(c)
	if err != nil {
		return nil, nil, err
	}
	checker := &check.Checker{
		Version: cmdline.Version,
		Pipeline: replay.Pipeline{
			Dir: programs, Config: c.String("config"),
			Model: c.String("model"), Device: c.String("device"),
			Connect: c.String("connect"), Patience: c.Duration("patience"),
		},
		Limits:     limits,
		Realtime:   c.Bool("realtime") || !c.IsSet("realtime") && (c.Args().Len() == 0 || c.IsSet("suite")),
		Utterances: c.Int("utterances"),
		State:      cmp.Or(c.String("state"), stateFolder()),
		Words:      io.Discard,
	}
	if c.Bool("words") {
		checker.Words = env.Stdout
	}
	checker.Recordings, checker.Sentences, err = recordings(c.Args().Slice(), filepath.Dir(own))
	if err != nil {
		return nil, nil, err
	}
	var flags []string
	if c.IsSet("log-file") && c.String("log-file") == "" {
		flags = append(flags, "--log-file=") // a setting that is not used need not be valid
	}
	configured := askPrograms(ctx, checker.Pipeline, own, flags...)
	checker.Misconfigured = configured.problems
	checker.Pipeline.Device = cmp.Or(checker.Pipeline.Device, configured.device)
	return checker, suites, nil
}

// readLimits reads the limits from the flags and the configuration.
func readLimits(c *cli.Context) (check.Limits, error) {
	limits := check.DefaultLimits()
	var wrong []error
	for _, l := range limits.Named() {
		t, err := l.Parse(c.String(l.Name))
		if err != nil {
			wrong = append(wrong, &cmdline.FlagError{Flag: l.Name, Reason: fmt.Sprintf("--%s: %v", l.Name, err)})
		}
		*l.Threshold = t
	}
	return limits, errors.Join(wrong...)
}

// readSuites returns the chosen suites. It also checks the other flags, before
// minutes of work.
func readSuites(c *cli.Context) ([]string, error) {
	var suites []string
	var wrong []error
	for _, s := range strings.Split(c.String("suite"), ",") {
		switch s = strings.TrimSpace(s); {
		case s == "all":
			suites = append(suites, check.Suites()...)
		case slices.Contains(check.Suites(), s):
			suites = append(suites, s)
		default:
			wrong = append(wrong, &cmdline.FlagError{Flag: "suite", Value: s,
				Reason: "use " + strings.Join(check.Suites(), ", ") + " or all"})
		}
	}
	// Each suite once, in the standard order.
	suites = slices.DeleteFunc(check.Suites(), func(s string) bool { return !slices.Contains(suites, s) })
	format := c.String("format")
	if !slices.Contains(report.Formats(), format) {
		wrong = append(wrong, cmdline.WrongValue(c, "format", "use one of "+strings.Join(report.Formats(), ", ")))
	} else if c.Bool("words") && format != "text" && toStdout(c.String("output")) {
		wrong = append(wrong, &cmdline.FlagError{Flag: "words", Others: []string{"output"},
			Reason: fmt.Sprintf("--words and --format %s cannot share standard output; add --output FILE", format)})
	}
	if !slices.Contains([]string{"", "save", "compare"}, c.String("baseline")) {
		wrong = append(wrong, cmdline.WrongValue(c, "baseline", "use save or compare"))
	}
	if c.Duration("patience") <= 0 {
		wrong = append(wrong, cmdline.WrongValue(c, "patience", "must be above 0"))
	}
	if n := c.Int("utterances"); n < 1 || n > 10000 {
		wrong = append(wrong, cmdline.WrongValue(c, "utterances", "must be 1 to 10000"))
	}
	return suites, errors.Join(wrong...)
}

// recordings returns the recordings to judge one by one, and those to build edge
// cases and long sessions from. Both are the named ones or, by default, the timing
// patterns and the sentences of the checkout or installation.
func recordings(named []string, prefix string) (timing, sentences []replay.Recording, err error) {
	if len(named) > 0 {
		timing, err = replay.Recordings(named)
		return timing, timing, err
	}
	for _, folder := range []string{"testdata/recordings", "share/voiceflow/recordings"} {
		folder = filepath.Join(prefix, folder)
		if timing, err = matching(folder, "timing-*.wav"); err != nil {
			return nil, nil, err
		}
		if sentences, err = matching(folder, "sentence-*.wav"); err != nil {
			return nil, nil, err
		}
		if len(sentences) == 0 {
			sentences = timing
		}
		if len(timing) > 0 {
			return timing, sentences, nil
		}
	}
	return nil, nil, errors.New("the timing patterns are not installed; name recordings to check")
}

func matching(folder, pattern string) ([]replay.Recording, error) {
	paths, err := replay.Files(folder, func(name string) bool {
		ok, err := filepath.Match(pattern, name)
		return ok && err == nil
	})
	if err != nil || len(paths) == 0 {
		return nil, nil // they may be in another folder
	}
	return replay.Recordings(paths)
}

// toStdout reports whether --output means standard output.
func toStdout(path string) bool {
	return slices.Contains([]string{"", "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}, path)
}

// writeReport writes to standard output, or atomically to a file.
func writeReport(stdout io.Writer, format, path string, r *check.Report) error {
	if toStdout(path) {
		return report.Write(stdout, format, r)
	}
	var b bytes.Buffer
	if err := report.Write(&b, format, r); err != nil {
		return err
	}
	if err := wholefile.Write(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	return nil
}
