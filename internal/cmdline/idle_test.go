package cmdline

import (
	"strings"
	"testing"
)

func TestLikeCommand(t *testing.T) {
	env := &Env{command: Command{Name: "vf-sample", Subcommands: []Command{
		{Name: "models", Subcommands: []Command{{Name: "list"}, {Name: "pull"}, {Name: "clean"}}},
		{Name: "devices"},
	}}}
	for args, want := range map[string]string{
		"":                "",
		"talk":            "",
		"talk.wav help":   "",
		"mode":            "vf-sample models",
		"list.wav":        "",
		"help":            "vf-sample --help",
		"help models":     "vf-sample --help",
		"version":         "vf-sample --version",
		"completion bash": "vf-sample --help (shell completion is not available)",
		"model list":      "vf-sample models list",
		"model lists":     "vf-sample models list",
		"model talk":      "vf-sample models",
		"Models":          "vf-sample models",
		"device":          "vf-sample devices",
		"list":            "vf-sample models list",
		"pull base.en":    "vf-sample models pull",
	} {
		if got := env.LikeCommand(strings.Fields(args)); got != want {
			t.Errorf("%q is like %q, not %q", args, got, want)
		}
	}
}
