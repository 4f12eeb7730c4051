package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/filelist"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
)

func TestParseContext(t *testing.T) {
	for s, want := range map[string]int{"auto": engine.Fitted, "full": 0, "0": 0, "512": 512} {
		if got, err := parseContext(s); err != nil || got != want {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "-1", "some", "1.5"} {
		if _, err := parseContext(s); err == nil {
			t.Errorf("%q: accepted", s)
		}
	}
}

// withFlags calls do with the context of a vf-transcribe command line.
func withFlags(t *testing.T, do func(*cli.Context), args ...string) {
	t.Helper()
	app := &cli.App{
		Name: "vf-transcribe", Flags: allFlags(),
		Action: func(c *cli.Context) error { do(c); return nil },
	}
	if err := app.Run(append([]string{"vf-transcribe"}, args...)); err != nil {
		t.Fatal(err)
	}
}

// TestShare: many files get one recogniser per processor, a single file gets all the
// processors, and flags override both.
func TestShare(t *testing.T) {
	t.Setenv("OMP_NUM_THREADS", "4")
	many := &work{files: make([]filelist.File, 100)}
	one := &work{files: make([]filelist.File, 1)}
	for _, tt := range []struct {
		work          *work
		args          []string
		jobs, threads int
	}{
		{many, nil, 4, 1},
		{one, nil, 1, 4},
		{&work{stream: true}, nil, 1, 4},
		{many, []string{"-t", "2"}, 2, 2},
		{many, []string{"-j", "2"}, 2, 2},
		{many, []string{"-j", "3", "-t", "5"}, 3, 5},
		{one, []string{"-j", "3"}, 3, 1},
		{many, []string{"--device", "gpu"}, 1, 4},
	} {
		withFlags(t, func(c *cli.Context) {
			s, err := readSettings(c)
			if err != nil {
				t.Fatal(err)
			}
			s.share(tt.work, c)
			if s.engine.Recognisers != tt.jobs || s.engine.Params.Threads != tt.threads {
				t.Errorf("%q: %d jobs with %d threads each, want %d with %d",
					tt.args, s.engine.Recognisers, s.engine.Params.Threads, tt.jobs, tt.threads)
			}
		}, tt.args...)
	}
}

func TestWindowLength(t *testing.T) {
	for _, tt := range []struct {
		args []string
		step int
		want float64
	}{
		{nil, 8, 26},
		{nil, 256, 8.9},
		{[]string{"--language", "auto"}, 8, 26},
		{[]string{"--language", "en,es"}, 8, 8.9},
		{[]string{"--language", "en,es", "--pack", "20s"}, 8, 20},
		{[]string{"--audio-ctx", "full"}, 8, 30},
	} {
		withFlags(t, func(c *cli.Context) {
			s, err := readSettings(c)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.windowLength(tt.step); got != tt.want {
				t.Errorf("%v, steps of %d: windows of %v s, want %v", tt.args, tt.step, got, tt.want)
			}
		}, tt.args...)
	}
}

// TestWindowsBySize: one long file also has work for several recognisers.
func TestWindowsBySize(t *testing.T) {
	long := filepath.Join(t.TempDir(), "long.wav")
	if err := os.WriteFile(long, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(long, 10*30*32000); err != nil {
		t.Fatal(err)
	}
	w := &work{files: []filelist.File{{Name: long}}}
	if !w.hasWindows(8) || w.hasWindows(20) {
		t.Error("a file of five minutes should have about ten windows")
	}
}

func TestChooseModel(t *testing.T) {
	store := models.Store{Dir: t.TempDir()}
	choose := func(args ...string) (path string, err error) {
		withFlags(t, func(c *cli.Context) {
			s, serr := readSettings(c)
			if serr != nil {
				t.Fatal(serr)
			}
			path, err = s.chooseModel(c, store, zerolog.Nop())
		}, args...)
		return path, err
	}
	// There is no demo model next to a test's program, and no model is installed.
	for _, args := range [][]string{nil, {"--profile", "speed"}, {"-m", "base.en"}, {"--profile", "balanced"}} {
		if path, err := choose(args...); err == nil {
			t.Errorf("%q: %s", args, path)
		}
	}
	if path, err := choose("-m", "mine.bin"); path != "mine.bin" || err != nil {
		t.Errorf("%q, %v", path, err)
	}
	if path, err := choose("--profile", "balanced", "--fallback-model", "mine.bin"); path != "mine.bin" || err != nil {
		t.Errorf("%q, %v", path, err)
	}
	installed := filepath.Join(store.Dir, "ggml-base.en.bin")
	if err := os.WriteFile(installed, []byte("weights"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--profile", "speed"}, {"-m", "base.en"}} {
		if path, err := choose(args...); path != installed || err != nil {
			t.Errorf("%q: %q, %v", args, path, err)
		}
	}
}

// TestLongValues: prompts and lists of languages that cannot be meant are refused, with a
// message of usual length.
func TestLongValues(t *testing.T) {
	for _, tt := range []struct {
		flag, value, want string
	}{
		{"prompt", strings.Repeat("ä", maxPrompt), ""},
		{"prompt", strings.Repeat("ä", maxPrompt+1), "shorten it to 10000"},
		{"language", strings.Repeat("en,", maxLanguages-1) + "de", ""},
		{"language", strings.Repeat("en,", maxLanguages) + "de", "more than 200 languages"},
	} {
		withFlags(t, func(c *cli.Context) {
			_, err := readSettings(c)
			said := fmt.Sprint(err)
			if tt.want == "" && (strings.Contains(said, "shorten it") || strings.Contains(said, "languages")) ||
				!strings.Contains(said, tt.want) || len(said) > 500 {
				t.Errorf("--%s %.20s...: %.300s", tt.flag, tt.value, said)
			}
		}, "--"+tt.flag, tt.value)
	}
}
