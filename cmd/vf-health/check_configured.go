package main

import (
	"context"
	"path/filepath"
	"slices"
	"sync"

	"voiceflow/internal/config"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/replay"
)

// configured is what the programs report about their configuration.
type configured struct {
	device   string   // the device set for vf-transcribe; empty: the default
	problems []string // without duplicates
}

// askPrograms asks the programs of a pipeline, and vf-health in its own folder, passing
// flags. It ignores programs that do not answer; the check itself will find them.
func askPrograms(ctx context.Context, p replay.Pipeline, own string, flags ...string) configured {
	var all configured
	answers := make([]configured, len(peer.All()))
	var asked sync.WaitGroup // in parallel, because one that hangs uses up its time limit
	for i, name := range peer.All() {
		folder := p.Dir
		if name == "vf-health" {
			folder = own
		}
		asked.Go(func() { answers[i] = askProgram(ctx, filepath.Join(folder, name), p.Config, flags) })
	}
	asked.Wait()
	for _, a := range answers {
		all.device += a.device // only one program has it
		for _, problem := range a.problems {
			if !slices.Contains(all.problems, problem) {
				all.problems = append(all.problems, problem)
			}
		}
	}
	return all
}

func askProgram(ctx context.Context, path, file string, flags []string) configured {
	a, err := settingsOf(ctx, path, file, flags...)
	if err != nil {
		return configured{}
	}
	c := configured{problems: a.problems}
	for _, s := range a.settings {
		if s.Program == "vf-transcribe" && s.Key == "device" && s.Origin != config.FromDefault {
			c.device = s.Value
		}
	}
	return c
}
