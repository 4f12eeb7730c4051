package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/language"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// settings are what the flags say about recognising.
type settings struct {
	profile  engine.Profile
	engine   engine.Config
	library  whisper.Options
	quantise bool                               // models with float weights, on the processor
	words    bool                               // are told, with their times
	vad      bool                               // decode only where somebody speaks, in files
	confirm  func(*vad.Utterance) (bool, error) // see vad.Stream
	window   float64                            // seconds of speech that are packed together; 0: see pack
	queue    int                                // items that may wait
	input    input.Options
}

func backendsFlag() cli.Flag {
	return &cli.StringFlag{Name: "backends", EnvVars: []string{"VOICEFLOW_BACKENDS"}, Value: builtinBackends, TakesFile: true,
		Usage: "`FOLDER` of libwhisper's backends (libggml-*.so)"}
}

func blasFlag() cli.Flag {
	return &cli.StringFlag{Name: "blas", Value: whisper.BLASAuto,
		Usage: "`WHEN` to multiply with OpenBLAS on the processor: auto (if it is installed), on or off"}
}

func isBLAS(s string) bool {
	return slices.Contains([]string{whisper.BLASAuto, whisper.BLASOn, whisper.BLASOff}, s)
}

// standardProfile holds where none is chosen.
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
	s := &settings{profile: profile, words: c.Bool("word-timestamps") || c.Int("max-len") > 0, vad: !c.Bool("no-vad"), quantise: !c.Bool("no-quantize"), queue: c.Int("queue")}
	s.input = input.Options{Channel: c.Int("channel"), Track: c.Int("track"), Center: true}
	s.library = whisper.Options{Backends: c.String("backends"), Device: c.String("device"), BLAS: c.String("blas")}
	s.engine = engine.Config{
		Device:         c.String("device"),
		SoundNotes:     !c.Bool("suppress-nst") && (c.Bool("sound-notes") || !onlyStdin(c)),
		KeepAll:        c.Bool("keep-all"),
		Context:        profile.Context,
		TemperatureInc: c.Float64("temperature-inc"), CompressionRatioThreshold: c.Float64("compression-ratio-threshold"),
		RefreshEvery: or(c, "refresh-every", c.Int, profile.RefreshEvery),
		CoolDown:     c.Duration("cool-down"),
		CPULimit:     float64(c.Int("cpu-limit")) / 100,
		MemoryWarn:   int64(c.Int("memory-warn")) << 20, MemoryLimit: int64(c.Int("memory-limit")) << 20,
		Params: whisper.Params{
			Translate: c.Bool("translate"), Prompt: c.String("prompt"),
			BeamSize: or(c, "beam-size", c.Int, profile.BeamSize), BestOf: c.Int("best-of"),
			Temperature: or(c, "temperature", c.Float64, profile.Temperature),
			// Segments of a bounded length are cut by the times of their words, and
			// subtitles laid out by them.
			Words:  c.Bool("word-timestamps") || c.Int("max-len") > 0 || laidOut(c.String("output-format")),
			MaxLen: c.Int("max-len"), SplitOnWord: c.Bool("split-on-word"),
			SuppressNonSpeech: c.Bool("suppress-nst"),
			NoSpeechThreshold: c.Float64("no-speech-threshold"), LogprobThreshold: c.Float64("logprob-threshold"),
		},
	}
	if c.IsSet("audio-ctx") {
		s.engine.Context, err = parseContext(c.String("audio-ctx"))
		wrong = append(wrong, err)
	}
	wrong = append(wrong, s.setLanguages(c.String("language")))
	s.window = c.Duration("pack").Seconds()
	if err := errors.Join(append(wrong, s.check(c))...); err != nil {
		return nil, err
	}
	return s, nil
}

// laidOut reports whether one of the formats is made of words and their times.
func laidOut(formats string) bool {
	return slices.ContainsFunc(strings.Split(formats, ","), func(name string) bool {
		return slices.Contains([]string{"srt", "vtt", "lrc", allFormats}, strings.TrimSpace(name))
	})
}

func checkSettings(c *cli.Context) error {
	_, err := readSettings(c)
	return err
}

// profileValues are what the profile gives to the flags that are not set.
func profileValues(c *cli.Context) (cmdline.Profile, error) {
	s, err := readSettings(c)
	if err != nil {
		return cmdline.Profile{}, err
	}
	context := "full"
	if s.profile.Context == engine.Fitted {
		context = "auto"
	}
	return cmdline.Profile{Name: s.profile.Name, Values: map[string]string{
		"model": s.profile.Model, "beam-size": strconv.Itoa(s.profile.BeamSize),
		"temperature":   strconv.FormatFloat(s.profile.Temperature, 'g', -1, 64),
		"refresh-every": strconv.Itoa(s.profile.RefreshEvery), "audio-ctx": context,
	}}, nil
}

// pack is the length in seconds of the windows that a file's speech is packed
// into, where none is set, for windows that can be shortened in steps of so many
// frames.
//
// The model writes best what fills its 30 s: of 3,074 words of prompts in one
// recording it got 142 to 159 wrong in windows of 22 to 30 s, 162 to 167 in those
// of 9 to 20 s (base, docs/benchmarks.md). Where ggml's own products make long
// windows slow and steps of 256 frames waste much of them, 8.9 s fit two steps
// with their margin. Where several languages are named, they take turns, and a
// window has one: of English and Spanish prompts in turns 20.9 % of the words were
// wrong in windows of 26 s, 12.9 % in those of 8.9 s.
func (s *settings) pack(step int) float64 {
	switch {
	case s.window > 0:
		return s.window
	case s.engine.Context != engine.Fitted:
		return whisper.WindowSeconds
	case step < 256 && len(s.engine.Languages) < 2:
		return 26
	default:
		return 8.9
	}
}

// or is a flag's value where it is set, else the profile's.
func or[T any](c *cli.Context, flag string, value func(string) T, profile T) T {
	if c.IsSet(flag) {
		return value(flag)
	}
	return profile
}

// setLanguages reads --language: one language, several with commas between them,
// or auto.
func (s *settings) setLanguages(list string) error {
	names := strings.Split(list, ",")
	var codes []string
	for _, name := range names {
		name = strings.TrimSpace(name)
		code, known := language.Code(name)
		switch {
		case name == "" && len(names) > 1:
			return &cmdline.FlagError{Flag: "language", Value: list, Reason: "a code is missing; use codes such as en,es"}
		case strings.EqualFold(name, whisper.LanguageAuto):
			code = whisper.LanguageAuto
		case !known && name != "":
			return &cmdline.FlagError{Flag: "language", Value: name,
				Reason: "not a language that Whisper knows; use codes such as en or en,es, or auto"}
		}
		if !slices.Contains(codes, code) { // en and en-GB are one
			codes = append(codes, code)
		}
	}
	if len(codes) > 1 || codes[0] == whisper.LanguageAuto {
		s.engine.Languages = codes
	} else {
		s.engine.Params.Language = codes[0]
	}
	return nil
}

// parseContext reads --audio-ctx: auto, full or a number of frames.
func parseContext(s string) (int, error) {
	switch s {
	case "auto":
		return engine.Fitted, nil
	case "full":
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, &cmdline.FlagError{Flag: "audio-ctx", Value: s, Reason: "use auto, full or a number of 20 ms frames"}
	}
	return n, nil
}

// check finds all that is wrong; see cmdline.Command.Check.
func (s *settings) check(c *cli.Context) error {
	var wrong []error
	p := s.engine.Params
	for _, keeps := range []string{"sound-notes", "keep-all"} {
		if c.Bool("suppress-nst") && c.Bool(keeps) {
			wrong = append(wrong, &cmdline.FlagError{Flag: "suppress-nst", Others: []string{keeps},
				Reason: "--suppress-nst leaves notes on sounds out, --sound-notes and --keep-all keep them; give one of these"})
			break
		}
	}
	for _, rule := range []struct {
		flag     string
		ok       bool
		expected string
	}{
		{"blas", isBLAS(s.library.BLAS), "use auto, on or off"},
		{"channel", s.input.Channel >= 0, "channels are counted from 1; 0 takes the mean of all"},
		{"track", s.input.Track >= 0, "tracks are counted from 1; 0 takes the first"},
		{"threads", c.Int("threads") > 0 && c.Int("threads") <= 512 || !c.IsSet("threads"), "must be 1 to 512"},
		{"jobs", c.Int("jobs") > 0 && c.Int("jobs") <= 64 || !c.IsSet("jobs"), "must be 1 to 64"},
		{"queue", s.queue > 0 && s.queue <= 100_000, "must be 1 to 100000"},
		{"cool-down", s.engine.CoolDown >= 0, "must not be negative"},
		{"beam-size", p.BeamSize >= 1 && p.BeamSize <= whisper.MaxBeams, "must be 1 to 8"},
		{"best-of", p.BestOf >= 1 && p.BestOf <= whisper.MaxBeams, "must be 1 to 8"},
		{"temperature", p.Temperature >= 0 && p.Temperature <= 1, "must be 0 to 1"},
		{"temperature-inc", s.engine.TemperatureInc >= 0 && s.engine.TemperatureInc <= 1, "must be 0 to 1"},
		{"refresh-every", s.engine.RefreshEvery >= 0, "must be 0 or more"},
		{"max-len", p.MaxLen >= 0, "must be 0 or more"},
		{"pack", s.window == 0 || s.window >= 1 && s.window <= whisper.WindowSeconds, "must be 1s to 30s, what Whisper hears at once, or 0"},
		{"memory-warn", s.engine.MemoryWarn >= 0, "must be 0 or more"},
		{"memory-limit", s.engine.MemoryLimit >= 0, "must be 0 or more"},
		{"cpu-limit", s.engine.CPULimit >= 0 && s.engine.CPULimit <= 1, "must be 0 to 100"},
		{"no-speech-threshold", p.NoSpeechThreshold > 0 && p.NoSpeechThreshold <= 1, "must be above 0, 1 at most"},
		{"logprob-threshold", p.LogprobThreshold < 0, "must be below 0"},
		{"compression-ratio-threshold", s.engine.CompressionRatioThreshold >= 1, "must be 1 or more"},
	} {
		if !rule.ok {
			wrong = append(wrong, cmdline.WrongValue(c, rule.flag, rule.expected))
		}
	}
	return errors.Join(wrong...)
}

// share divides the processors among the jobs. Several recognisers with a
// thread each do more in the same time than one with several threads, which
// wait for each other; one alone is done sooner with its only window.
func (s *settings) share(w *work, c *cli.Context) {
	processors := min(runtime.GOMAXPROCS(0), 8) // a container's limit counts, too
	if n, err := strconv.Atoi(os.Getenv("OMP_NUM_THREADS")); err == nil && n > 0 {
		processors = n
	}
	jobs, threads := c.Int("jobs"), c.Int("threads")
	if jobs == 0 {
		jobs = 1
		if most := min(max(processors/max(threads, 1), 1), maxJobs); w.windows(windowsPerJob*most) && s.engine.Device != whisper.DeviceGPU {
			jobs = most
		}
	}
	if threads == 0 {
		threads = max(processors/jobs, 1)
	}
	s.engine.Recognisers, s.engine.Params.Threads = jobs, threads
}

const (
	// maxJobs bounds what is chosen without --jobs: each has a state of its
	// own, 0.2 GB with base.en and 1 GB with large-v3.
	maxJobs = 4
	// windowsPerJob is the work from which the end, when some jobs have nothing
	// left to do, does not count.
	windowsPerJob = 4
)
