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
	"time"

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
		Usage:     "replay recordings through the pipeline and judge words, speed, latency, memory",
		ArgsUsage: "[FILE.wav | FOLDER ...]",
		Description: `Replays each NAME.wav, whose words are in NAME.txt beside it, an utterance a
line, through vf-record | vf-vad | vf-transcribe | vf-paste; without arguments the
timing patterns that come with the programs. No microphone is opened and nothing
is typed. Limits are pairs, WARNING:CRITICAL.

Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`,
		Flags:      checkFlags(),
		StatusLine: true,
		Check: func(c *cli.Context) error {
			_, wrongLimits := readLimits(c)
			_, wrong := chosen(c)
			return errors.Join(wrongLimits, wrong)
		},
		Action: runCheck,
	}
}

func checkFlags() []cli.Flag {
	flags := []cli.Flag{
		&cli.StringFlag{Name: "suite", Value: check.Timing,
			Usage: "`SUITE` of checks: " + strings.Join(check.Suites(), ", ") + ", several with commas between them, or all"},
		&cli.BoolFlag{Name: "realtime", DefaultText: "for the timing patterns; not for recordings that are named without --suite",
			Usage: "replay as slowly as a microphone hears, and measure the latency"},
		&cli.BoolFlag{Name: "words", Usage: "show the words as they are recognised"},
		&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the report: " + strings.Join(report.Formats(), ", ")},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "standard output",
			Usage: "write the report to this `FILE`, whole or not at all"},
		&cli.StringFlag{Name: "baseline", DefaultText: "none",
			Usage: "`ACTION`: save what this machine does now, or compare with what was saved"},
		&cli.IntFlag{Name: "utterances", Value: 120, Usage: "`NUMBER` of utterances of the performance suite"},
		&cli.StringFlag{Name: "model", Aliases: []string{"m"}, EnvVars: []string{"VOICEFLOW_MODEL"}, TakesFile: true,
			DefaultText: "vf-transcribe's default", Usage: "ggml model `FILE`"},
		&cli.StringFlag{Name: "device", EnvVars: []string{"VOICEFLOW_TRANSCRIBE_DEVICE"}, DefaultText: "as vf-transcribe is configured",
			Usage: "`DEVICE` for vf-transcribe; that it uses the CPU where another was asked for is critical"},
		&cli.DurationFlag{Name: "patience", Value: 3 * time.Minute,
			Usage: "`TIME`, beyond what a recording lasts, for which a program may give no answer before that is critical"},
		programsFlag(),
		&cli.StringFlag{Name: "state", TakesFile: true, DefaultText: "$XDG_STATE_HOME/voiceflow", Usage: "`FOLDER` of the history and the baseline"},
	}
	limits := check.DefaultLimits()
	for _, l := range limits.Named() {
		flags = append(flags, &cli.StringFlag{Name: l.Name, Value: l.String(), Usage: "`LIMITS`: " + l.Usage})
	}
	return flags
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
	if err := writeReport(env.Stdout, c.String("format"), c.String("output"), r); err != nil {
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
	suites, err := chosen(c)
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
	checker := &check.Checker{
		Version: cmdline.Version,
		Pipeline: replay.Pipeline{
			Dir: cmp.Or(c.String("programs"), own), Config: c.String("config"),
			Model: c.String("model"), Device: c.String("device"), Patience: c.Duration("patience"),
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
		flags = append(flags, "--log-file=") // what is left aside need not be right
	}
	configured := askPrograms(ctx, checker.Pipeline, own, flags...)
	checker.Misconfigured = configured.problems
	checker.Pipeline.Device = cmp.Or(checker.Pipeline.Device, configured.device)
	return checker, suites, nil
}

// readLimits reads the limits that flags and configuration set.
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

// chosen are the suites asked for; what else the flags say is looked at here,
// too, before minutes of work.
func chosen(c *cli.Context) ([]string, error) {
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
				Reason: "there are " + strings.Join(check.Suites(), ", ") + " and all"})
		}
	}
	// Each once, in their own order.
	suites = slices.DeleteFunc(check.Suites(), func(s string) bool { return !slices.Contains(suites, s) })
	format := c.String("format")
	if !slices.Contains(report.Formats(), format) {
		wrong = append(wrong, cmdline.WrongValue(c, "format", "there are "+strings.Join(report.Formats(), ", ")))
	} else if c.Bool("words") && format != "text" && toStdout(c.String("output")) {
		wrong = append(wrong, &cmdline.FlagError{Flag: "words", Others: []string{"output"},
			Reason: fmt.Sprintf("--words and --format %s would share standard output; name an --output file", format)})
	}
	if !slices.Contains([]string{"", "save", "compare"}, c.String("baseline")) {
		wrong = append(wrong, cmdline.WrongValue(c, "baseline", "save or compare"))
	}
	if c.Duration("patience") <= 0 {
		wrong = append(wrong, cmdline.WrongValue(c, "patience", "a time above 0"))
	}
	if n := c.Int("utterances"); n < 1 || n > 10000 {
		wrong = append(wrong, cmdline.WrongValue(c, "utterances", "a number from 1 to 10000"))
	}
	return suites, errors.Join(wrong...)
}

// recordings are those that are judged one by one, and those that edge cases
// and long sessions are made of: the ones named or, in a checkout or an
// installation, the timing patterns and the single sentences.
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
	return nil, nil, errors.New("the timing patterns did not come with the programs; name recordings to check")
}

func matching(folder, pattern string) ([]replay.Recording, error) {
	paths, err := replay.Files(folder, func(name string) bool {
		ok, err := filepath.Match(pattern, name)
		return ok && err == nil
	})
	if err != nil || len(paths) == 0 {
		return nil, nil // they may be elsewhere
	}
	return replay.Recordings(paths)
}

// toStdout tells whether --output is standard output, by whichever name.
func toStdout(path string) bool { return slices.Contains([]string{"", "-", "/dev/stdout"}, path) }

// writeReport writes to standard output, or a file that is always whole.
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
