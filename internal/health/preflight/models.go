package preflight

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/internal/config"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/verdict"
	"voiceflow/pkg/event"
)

const pull = "vf-transcribe models pull base.en"

// models judges what speech can be recognised with.
func (p Probe) models(ctx context.Context) []Check {
	const name = "models"
	out, err := p.question(ctx, "vf-transcribe", "models", "list", "--json")
	switch {
	case errors.Is(err, errConfiguration):
		return []Check{unasked(name, err)}
	case err != nil:
		return []Check{bad(name, verdict.Critical, "install the programs anew", "vf-transcribe models list: %v", err)}
	case out.Code != exitcode.OK:
		return []Check{bad(name, verdict.Critical, "vf-transcribe models list", "vf-transcribe models list: %s", said(out))}
	}
	var names []string
	known := map[string]bool{} // to the store: whether it is installed
	for lines := event.NewReader(strings.NewReader(out.Stdout)); lines.Scan(); {
		m, ok := lines.Record().(*event.Model)
		if !ok || m.Detector {
			continue
		}
		known[m.Name] = m.Installed
		if !m.Installed {
			continue
		}
		if info, err := p.Stat(m.Path); err != nil || m.Bytes > 0 && info.Size() != m.Bytes {
			return []Check{bad(name, verdict.Critical, "vf-transcribe models verify "+m.Name+"; rm "+quote(m.Path)+"; vf-transcribe models pull "+m.Name,
				"%s is not whole: %s", m.Name, m.Path)}
		}
		names = append(names, m.Name)
	}
	return []Check{p.judgeModels(p.chosen(ctx), names, known)}
}

// choice is the model that vf-transcribe is told to use; nothing, where the
// user leaves it to the program.
type choice struct {
	model    string // a name or a file
	fallback bool   // another is used where it is not installed
}

func (p Probe) chosen(ctx context.Context) (c choice) {
	out, err := p.ask(ctx, "vf-transcribe", p.withConfig("--settings")...)
	if err != nil || out.Code != exitcode.OK {
		return choice{} // another check's
	}
	told, _, _ := peer.Settings(out.Stdout) // what cannot be read is no choice
	settings := map[string]config.Effective{}
	for _, s := range told {
		if s.Command == "" {
			settings[s.Key] = s
		}
	}
	if settings["model"].Origin != config.FromProfile || settings["profile"].Origin != config.FromDefault {
		c.model = settings["model"].Value
	}
	c.fallback = settings["fallback-model"].Value != ""
	return c
}

// judgeModels looks at the model that is chosen, or else at what is installed.
func (p Probe) judgeModels(chosen choice, installed []string, known map[string]bool) Check {
	const name = "models"
	isInstalled, isName := known[chosen.model]
	switch {
	case isInstalled, known[chosen.model+"-q8_0"]: // the second is used in place of the first
		return good(name, "%s, as configured", chosen.model)
	case chosen.model == "demo" || filepath.Base(chosen.model) == "vf-demo.en.bin":
		return bad(name, verdict.Warning, pull, "the demo model is configured, which knows a few hundred words of synthetic English")
	case isName && chosen.fallback:
		return bad(name, verdict.Warning, "vf-transcribe models pull "+chosen.model, "%s is configured and not installed: the fallback-model takes its place", chosen.model)
	case isName:
		return bad(name, verdict.Critical, "vf-transcribe models pull "+chosen.model, "%s is configured and not installed", chosen.model)
	case chosen.model != "":
		return p.judgeFile(chosen.model)
	case len(installed) > 0:
		return good(name, "%s", list(installed, 4))
	}
	return bad(name, verdict.Warning, pull, "only the demo model, which knows a few hundred words of synthetic English")
}

// judgeFile looks at a model that is configured by its file.
func (p Probe) judgeFile(model string) Check {
	info, err := p.Stat(model)
	switch {
	case os.IsNotExist(err):
		return bad("models", verdict.Critical, pull+"\nor name another model with --model", "%s is configured and not there", model)
	case err != nil:
		return bad("models", verdict.Critical, "ls -l "+quote(model), "%v", err)
	case !info.Mode().IsRegular() || info.Size() == 0:
		return bad("models", verdict.Critical, pull+"\nor name another model with --model", "%s is configured and no model", model)
	}
	return good("models", "%s, as configured", model)
}
