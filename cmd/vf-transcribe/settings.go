package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/whisper"
)

// settings are the settings of recognition, from the flags.
type settings struct {
	profile  engine.Profile
	engine   engine.Config
	library  whisper.Options
	quantise bool    // models with float weights, on a processor
	words    bool    // include words and their times in the output
	vad      bool    // decode only the speech in files
	window   float64 // seconds of speech per window; 0: see transcribe.WindowLength
	queue    int     // items that may wait
	partial  bool    // write the text so far of utterances that go on
	input    input.Options
}

func backendsFlag() cli.Flag {
	return &cli.StringFlag{Name: "backends", EnvVars: []string{"VOICEFLOW_BACKENDS"},
		Value: cmdline.Beside(builtinBackends), DefaultText: "the folder set when VoiceFlow was built",
		TakesFile: true, Usage: "`FOLDER` libwhisper backends (libggml-*.so)"}
}

func blasFlag() cli.Flag {
	return &cli.StringFlag{Name: "blas", Value: whisper.BLASAuto,
		Usage: "`WHEN` whether to use OpenBLAS on a CPU: auto (if installed), on or off"}
}

func isBLAS(s string) bool {
	return slices.Contains([]string{whisper.BLASAuto, whisper.BLASOn, whisper.BLASOff}, s)
}

// standardProfile is the profile if none is chosen.
const standardProfile = "speed"

func readSettings(c *cli.Context) (*settings, error) {
	name := c.String("profile")
	if name == "" {
		name = standardProfile
	}
	var wrong []error
	profile, err := engine.FindProfile(name)
	if err != nil {
		wrong = append(wrong, &cmdline.FlagError{Flag: "profile", Reason: fmt.Sprintf("--%v", err)})
		profile, _ = engine.FindProfile(standardProfile) // so that the other flags can be checked
	}
	s := &settings{
		profile: profile, words: c.Bool("word-timestamps") || c.Int("max-len") > 0,
		vad: !c.Bool("no-vad"), quantise: !c.Bool("no-quantize"), queue: c.Int("queue"),
		partial: c.Bool("partial"),
	}
	s.input = input.Options{Channel: c.Int("channel"), Track: c.Int("track"), Center: true,
		MaxDuration: time.Duration(c.Int("max-hours")) * time.Hour, Trials: new(input.Trials)}
	s.library = whisper.Options{Backends: c.String("backends"), Device: c.String("device"), BLAS: c.String("blas")}
	s.engine = engine.Config{
		Device:       c.String("device"),
		Decoding:     readDecoding(c, profile),
		RefreshEvery: flagOr(c, "refresh-every", c.Int, profile.RefreshEvery),
		CoolDown:     c.Duration("cool-down"),
		CPULimit:     float64(c.Int("cpu-limit")) / 100,
		MemoryWarn:   int64(c.Int("memory-warn")) << 20, MemoryLimit: int64(c.Int("memory-limit")) << 20,
	}
	if c.IsSet("audio-ctx") {
		s.engine.Context, err = parseContext(c.String("audio-ctx"))
		wrong = append(wrong, err)
	}
	wrong = append(wrong, s.setLanguages(c.String("language")))
	s.window = c.Duration("pack").Seconds()
	if err := errors.Join(append(wrong, s.check(c), checkServer(c))...); err != nil {
		return nil, err
	}
	return s, nil
}

// readDecoding reads the settings of decoding, except languages and --audio-ctx.
func readDecoding(c *cli.Context, profile engine.Profile) engine.Decoding {
	return engine.Decoding{
		SoundNotes:     !c.Bool("suppress-nst") && (c.Bool("sound-notes") || !onlyStdin(c)),
		KeepAll:        c.Bool("keep-all"),
		Context:        profile.Context,
		TemperatureInc: c.Float64("temperature-inc"), CompressionRatioThreshold: c.Float64("compression-ratio-threshold"),
		Params: whisper.Params{
			Translate: c.Bool("translate"), Prompt: c.String("prompt"),
			BeamSize: flagOr(c, "beam-size", c.Int, profile.BeamSize), BestOf: c.Int("best-of"),
			Temperature: flagOr(c, "temperature", c.Float64, profile.Temperature),
			// The times of words decide where long segments are cut and how subtitles
			// are laid out.
			Words:  c.Bool("word-timestamps") || c.Int("max-len") > 0 || hasLayout(c.String("output-format")),
			MaxLen: c.Int("max-len"), SplitOnWord: c.Bool("split-on-word"),
			SuppressNonSpeech: c.Bool("suppress-nst"),
			NoSpeechThreshold: c.Float64("no-speech-threshold"), LogprobThreshold: c.Float64("logprob-threshold"),
		},
	}
}

// hasLayout reports whether one of the formats is laid out by the times of words.
func hasLayout(formats string) bool {
	return slices.ContainsFunc(strings.Split(formats, ","), func(name string) bool {
		return slices.Contains([]string{"srt", "vtt", "lrc", allFormats}, strings.TrimSpace(name))
	})
}

func checkSettings(c *cli.Context) error {
	_, err := readSettings(c)
	return err
}

// profileValues returns the profile's values for flags that are not set.
func profileValues(c *cli.Context) (cmdline.Profile, error) {
	s, err := readSettings(c)
	if err != nil {
		return cmdline.Profile{}, err
	}
	frames := "full"
	if s.profile.Context == engine.Fitted {
		frames = "auto"
	}
	return cmdline.Profile{Name: s.profile.Name, Values: map[string]string{
		"model": s.profile.Model, "beam-size": strconv.Itoa(s.profile.BeamSize),
		"temperature":   strconv.FormatFloat(s.profile.Temperature, 'g', -1, 64),
		"refresh-every": strconv.Itoa(s.profile.RefreshEvery), "audio-ctx": frames,
	}}, nil
}

// windowLength returns how many seconds of speech to pack into a window: what --pack says,
// or what is best.
func (s *settings) windowLength(step int) float64 {
	if s.window > 0 {
		return s.window
	}
	return transcribe.WindowLength(s.engine.Decoding, step)
}

// flagOr returns a flag's value if it is set, and otherwise the profile's.
func flagOr[T any](c *cli.Context, flag string, value func(string) T, profile T) T {
	if c.IsSet(flag) {
		return value(flag)
	}
	return profile
}

// share divides the processors among the jobs. Several recognisers with one thread
// each have a higher throughput than one with several threads, which wait for each
// other; but a single window is decoded sooner with several threads.
func (s *settings) share(w *work, c *cli.Context) {
	processors := min(runtime.GOMAXPROCS(0), 8) // includes the limit of a container
	if n, err := strconv.Atoi(os.Getenv("OMP_NUM_THREADS")); err == nil && n > 0 {
		processors = n
	}
	jobs, threads := c.Int("jobs"), c.Int("threads")
	if jobs == 0 {
		jobs = 1
		most := min(max(processors/max(threads, 1), 1), maxJobs)
		if s.engine.Device != whisper.DeviceGPU && w.hasWindows(windowsPerJob*most) {
			jobs = most
		}
	}
	if threads == 0 {
		threads = max(processors/jobs, 1)
	}
	s.engine.Recognisers, s.engine.Params.Threads = jobs, threads
}

const (
	// maxJobs is the most jobs chosen without --jobs: each has a state of its own,
	// 0.2 GB with base.en and 1 GB with large-v3.
	maxJobs = 4
	// windowsPerJob is the least work per job that makes several jobs worthwhile:
	// with less, some would be idle towards the end.
	windowsPerJob = 4
)

// standardInput is what messages call the standard input.
const standardInput = "standard input"

// config returns the configuration of a run.
func (s *settings) config(env *cmdline.Env, w *work, k *keeper, began time.Time,
	open func(context.Context) (*transcribe.Backend, error)) *transcribe.Config {
	in := s.input
	in.Through = env.Through
	c := &transcribe.Config{
		Name: standardInput, Files: w.files, Problems: w.problems, Prepare: k.prepare,
		Input: in, AllAudio: !s.vad, Decoding: s.engine.Decoding, Words: s.words,
		Recognisers: s.engine.Recognisers, Queue: s.queue, Open: open, Stop: env.Stop, Began: began,
	}
	if w.stream {
		c.Stream, c.Partial = env.Stdin, s.partial
	}
	return c
}
