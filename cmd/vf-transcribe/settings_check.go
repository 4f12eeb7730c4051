package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/language"
	"voiceflow/pkg/whisper"
)

// maxLanguages is more than Whisper knows.
const maxLanguages = 200

// setLanguages reads --language: one language, several separated by commas, or auto.
func (s *settings) setLanguages(list string) error {
	names := strings.Split(list, ",")
	if len(names) > maxLanguages {
		return &cmdline.FlagError{Flag: "language", Value: fmt.Sprintf("%.40s...", list),
			Reason: fmt.Sprintf("more than %d languages; use the few that are spoken, or auto", maxLanguages)}
	}
	var codes []string
	for _, name := range names {
		name = strings.TrimSpace(name)
		code, found := language.Code(name)
		switch {
		case name == "" && len(names) > 1:
			return &cmdline.FlagError{Flag: "language", Value: list, Reason: "a code is missing; use codes such as en,es"}
		case strings.EqualFold(name, whisper.LanguageAuto):
			code = whisper.LanguageAuto
		case !found && name != "":
			return &cmdline.FlagError{Flag: "language", Value: name,
				Reason: "not a language that Whisper knows; use codes such as en or en,es, or auto"}
		}
		if !slices.Contains(codes, code) { // en and en-GB are the same
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

// parseContext parses --audio-ctx: auto, full or a number of frames.
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

// maxPrompt is the longest prompt, in characters. The model uses the last 224 tokens, which
// are fewer than 2000 characters in any language.
const maxPrompt = 10_000

// check reports all mistakes; see cmdline.Command.Check.
func (s *settings) check(c *cli.Context) error {
	var wrong []error
	p := s.engine.Params
	if n := utf8.RuneCountInString(p.Prompt); n > maxPrompt {
		reason := fmt.Sprintf("it has %d characters, of which the model uses only the last few hundred; shorten it to %d",
			n, maxPrompt)
		start := string([]rune(p.Prompt)[:40]) + "..."
		wrong = append(wrong, &cmdline.FlagError{Flag: "prompt", Value: start, Reason: reason})
	}
	for _, other := range []string{"sound-notes", "keep-all"} {
		if c.Bool("suppress-nst") && c.Bool(other) {
			wrong = append(wrong, &cmdline.FlagError{Flag: "suppress-nst", Others: []string{other},
				Reason: "--suppress-nst drops sound notes, --sound-notes and --keep-all keep them; use only one"})
			break
		}
	}
	for _, rule := range []struct {
		flag     string
		ok       bool
		expected string
	}{
		{"blas", isBLAS(s.library.BLAS), "use auto, on or off"},
		{"channel", s.input.Channel >= 0, "channels are counted from 1; 0 mixes all channels"},
		{"max-hours", c.Int("max-hours") > 0 && c.Int("max-hours") <= 10_000, "must be 1 to 10000"},
		{"track", s.input.Track >= 0, "tracks are counted from 1; 0 is the first"},
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
		{"pack", s.window == 0 || s.window >= 1 && s.window <= whisper.WindowSeconds,
			"must be 1s to 30s, the length of Whisper's window, or 0 for the default"},
		{"memory-warn", s.engine.MemoryWarn >= 0, "must be 0 or more"},
		{"memory-limit", s.engine.MemoryLimit >= 0, "must be 0 or more"},
		{"cpu-limit", s.engine.CPULimit >= 0 && s.engine.CPULimit <= 1, "must be 0 to 100"},
		{"no-speech-threshold", p.NoSpeechThreshold > 0 && p.NoSpeechThreshold <= 1, "must be above 0 and at most 1"},
		{"logprob-threshold", p.LogprobThreshold < 0, "must be below 0"},
		{"compression-ratio-threshold", s.engine.CompressionRatioThreshold >= 1, "must be 1 or more"},
	} {
		if !rule.ok {
			wrong = append(wrong, cmdline.WrongValue(c, rule.flag, rule.expected))
		}
	}
	return errors.Join(wrong...)
}
