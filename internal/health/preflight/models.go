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

// models judges the models for speech recognition.
func (p Probe) models(ctx context.Context) []Check {
	const name = "models"
	out, err := p.query(ctx, "vf-transcribe", "models", "list", "--json")
	switch {
	case errors.Is(err, errConfiguration):
		return []Check{unknown(name, err)}
	case err != nil:
		return []Check{bad(name, verdict.Critical, "reinstall the programs", "vf-transcribe models list: %v", err)}
	case out.Code != exitcode.OK:
		return []Check{bad(name, verdict.Critical, "vf-transcribe models list",
			"vf-transcribe models list: %s", lastMessage(out))}
	}
	var names []string
	store := map[string]bool{} // reports whether a model of the store is installed
	for lines := event.NewReader(strings.NewReader(out.Stdout)); lines.Scan(); {
		m, ok := lines.Record().(*event.Model)
		if !ok || m.Detector {
			continue
		}
		store[m.Name] = m.Installed
		if !m.Installed {
			continue
		}
		if info, err := p.Stat(m.Path); err != nil || m.Bytes > 0 && info.Size() != m.Bytes {
			remedy := "vf-transcribe models verify " + m.Name + "; rm " + quote(m.Path) + "; vf-transcribe models pull " + m.Name
			return []Check{bad(name, verdict.Critical, remedy, "%s is incomplete: %s", m.Name, m.Path)}
		}
		names = append(names, m.Name)
	}
	return []Check{p.judgeModels(p.configuredModel(ctx), names, store)}
}

// choice is the model that the user has configured; the zero value if there is
// none.
type choice struct {
	model    string // name or file
	fallback bool   // another model is used if this one is not installed
}

func (p Probe) configuredModel(ctx context.Context) (c choice) {
	out, err := p.ask(ctx, "vf-transcribe", p.withConfig("--settings")...)
	if err != nil || out.Code != exitcode.OK {
		return choice{} // reported by the configuration check
	}
	effective, _, _ := peer.Settings(out.Stdout) // unreadable settings count as no choice
	settings := map[string]config.Effective{}
	for _, s := range effective {
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

// judgeModels judges the configured model, or if there is none, the installed
// models. store maps each name in the store to whether that model is installed.
func (p Probe) judgeModels(configured choice, installed []string, store map[string]bool) Check {
	const name = "models"
	model := configured.model
	isInstalled, isName := store[model]
	switch {
	case isInstalled, store[model+"-q8_0"]: // the quantised model replaces the other
		return good(name, "%s, as configured", model)
	case model == "demo" || filepath.Base(model) == "vf-demo.en.bin":
		return bad(name, verdict.Warning, pull,
			"the demo model is configured, which knows a few hundred words of synthetic English")
	case isName && configured.fallback:
		return bad(name, verdict.Warning, "vf-transcribe models pull "+model,
			"%s is configured but not installed: the fallback-model is used instead", model)
	case isName:
		return bad(name, verdict.Critical, "vf-transcribe models pull "+model,
			"%s is configured but not installed", model)
	case model != "":
		return p.judgeFile(model)
	case len(installed) > 0:
		return good(name, "%s", list(installed, 4))
	}
	return bad(name, verdict.Warning, pull, "only the demo model, which knows a few hundred words of synthetic English")
}

// judgeFile judges a model that is configured by file name.
func (p Probe) judgeFile(model string) Check {
	info, err := p.Stat(model)
	switch {
	case os.IsNotExist(err):
		return bad("models", verdict.Critical, pull+"\nor choose another model with --model",
			"%s is configured but does not exist", model)
	case err != nil:
		return bad("models", verdict.Critical, "ls -l "+quote(model), "%v", err)
	case !info.Mode().IsRegular() || info.Size() == 0:
		return bad("models", verdict.Critical, pull+"\nor choose another model with --model",
			"%s is configured but is not a model", model)
	}
	return good("models", "%s, as configured", model)
}
